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

static void *crdkafka_destroy_thread(void *rk) {
  rd_kafka_destroy_flags((rd_kafka_t *)rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  return NULL;
}

// Destroys a consumer on a thread of its own, and waits for that so long and no longer. With
// requests open, rd_kafka_destroy waits for them, up to socket.timeout.ms (60 s), and 2.0.2 keeps a
// processor busy meanwhile; and once a topic was deleted that it read, 2.0.2 waits for ever. No call
// gives up earlier. Where no thread can be had, the handle is left to the end of the process.
static inline void crdkafka_destroy_aside(rd_kafka_t *rk, int seconds) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, crdkafka_destroy_thread, rk) != 0) return;
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += seconds;
  if (seconds == 0 || pthread_timedjoin_np(thread, NULL, &end) != 0) pthread_detach(thread);
}

#endif
