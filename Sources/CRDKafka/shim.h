#ifndef CRDKAFKA_SHIM_H
#define CRDKAFKA_SHIM_H

#include <pthread.h>
#include <time.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#if RD_KAFKA_VERSION < 0x020002ff
#error "Leeway needs librdkafka 2.0.2 or newer (apt: librdkafka-dev)"
#endif

// Swift does not see macros that hold a cast.
static const int32_t crdkafka_any_partition = RD_KAFKA_PARTITION_UA;

// rd_kafka_producev takes variable arguments, which Swift cannot pass. Its twin without them,
// rd_kafka_produceva, frees headers twice before 2.12 when a partition does not exist.
//
// Key and payload are copied. The headers are taken over when it succeeds, and only then.
static inline rd_kafka_resp_err_t crdkafka_produce(
    rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition, int64_t timestamp,
    const void *key, size_t key_size, const void *payload, size_t payload_size,
    rd_kafka_headers_t *headers) {
  if (headers) {
    return rd_kafka_producev(
        rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_TIMESTAMP(timestamp),
        RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE((void *)payload, payload_size),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
  }
  return rd_kafka_producev(
      rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_TIMESTAMP(timestamp),
      RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE((void *)payload, payload_size),
      RD_KAFKA_V_END);
}

// Does something on a thread of its own, and waits for that so long and no longer. Where no thread
// can be had, it is left undone.
static inline void crdkafka_aside(void *(*work)(void *), rd_kafka_t *rk, int milliseconds) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, work, rk) != 0) return;
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += milliseconds / 1000;
  end.tv_nsec += milliseconds % 1000 * 1000000L;
  if (end.tv_nsec >= 1000000000L) {
    end.tv_sec++;
    end.tv_nsec -= 1000000000L;
  }
  if (milliseconds == 0 || pthread_timedjoin_np(thread, NULL, &end) != 0) pthread_detach(thread);
}

static void *crdkafka_destroy_thread(void *rk) {
  rd_kafka_destroy_flags((rd_kafka_t *)rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  return NULL;
}

// Destroys a consumer. With requests open, rd_kafka_destroy waits for them, up to socket.timeout.ms
// (60 s), and 2.0.2 keeps a processor busy meanwhile; and once a topic was deleted that it read,
// 2.0.2 waits for ever. No call gives up earlier.
static inline void crdkafka_destroy_aside(rd_kafka_t *rk, int milliseconds) {
  crdkafka_aside(crdkafka_destroy_thread, rk, milliseconds);
}

static void *crdkafka_unassign_thread(void *rk) {
  rd_kafka_assign((rd_kafka_t *)rk, NULL);
  return NULL;
}

// Answers a rebalance of a consumer that is being closed. When the group's part of 2.0.2 has ended
// in the same moment, as with a session that is over, nobody answers rd_kafka_assign any more.
static inline void crdkafka_unassign_aside(rd_kafka_t *rk, int milliseconds) {
  crdkafka_aside(crdkafka_unassign_thread, rk, milliseconds);
}

#endif
