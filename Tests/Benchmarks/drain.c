// The least that a reader of a topic does: takes every message in batches and lets go of it.
//
// drain BROKERS TOPIC MESSAGES [KEY=VALUE...]: a line of JSON with the seconds from the assignment
// of all partitions until the last message, and what of the processor was used in them.
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 4096, PATIENCE_MS = 30000 };

static void fail(const char *what, const char *why) {
  fprintf(stderr, "drain: %s: %s\n", what, why);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double processor(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void set(rd_kafka_conf_t *conf, const char *key, const char *value) {
  char why[512];
  if (rd_kafka_conf_set(conf, key, value, why, sizeof why) != RD_KAFKA_CONF_OK) fail(key, why);
}

static rd_kafka_t *connect_to(const char *brokers, char **settings, int count) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", brokers);
  set(conf, "group.id", "drain");
  set(conf, "enable.auto.commit", "false");
  for (int i = 0; i < count; i++) {
    char *equals = strchr(settings[i], '=');
    if (!equals) fail(settings[i], "is no KEY=VALUE");
    *equals = '\0';
    set(conf, settings[i], equals + 1);
  }
  char why[512];
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  if (!rk) fail("no consumer", why);
  rd_kafka_poll_set_consumer(rk);
  return rk;
}

// Where each partition begins; asking for that finds every leader before the clock starts.
static rd_kafka_topic_partition_list_t *beginnings(rd_kafka_t *rk, const char *topic) {
  const struct rd_kafka_metadata *metadata;
  rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
  rd_kafka_resp_err_t error = rd_kafka_metadata(rk, 0, handle, &metadata, PATIENCE_MS);
  if (error) fail(topic, rd_kafka_err2str(error));
  int count = metadata->topics[0].partition_cnt;
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
  for (int partition = 0; partition < count; partition++) {
    int64_t low, high;
    error = rd_kafka_query_watermark_offsets(rk, topic, partition, &low, &high, PATIENCE_MS);
    if (error) fail(topic, rd_kafka_err2str(error));
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = low;
  }
  rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(handle);
  return list;
}

static size_t drain(rd_kafka_t *rk, size_t wanted) {
  static rd_kafka_message_t *messages[BATCH];
  rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
  size_t taken = 0;
  while (taken < wanted) {
    size_t room = wanted - taken < BATCH ? wanted - taken : BATCH;
    ssize_t count = rd_kafka_consume_batch_queue(queue, PATIENCE_MS, messages, room);
    if (count <= 0) fail("nothing comes any more", rd_kafka_err2str(rd_kafka_last_error()));
    for (ssize_t i = 0; i < count; i++) {
      if (!messages[i]->err) taken++;
      rd_kafka_message_destroy(messages[i]);
    }
  }
  rd_kafka_queue_destroy(queue);
  return taken;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    printf("%s\n", rd_kafka_version_str());
    return 0;
  }
  rd_kafka_t *rk = connect_to(argv[1], argv + 4, argc - 4);
  rd_kafka_topic_partition_list_t *list = beginnings(rk, argv[2]);
  double start = now(), used = processor();
  rd_kafka_assign(rk, list);
  size_t taken = drain(rk, strtoull(argv[3], NULL, 10));
  double seconds = now() - start;
  used = processor() - used;
  printf("{\"events\":%zu,\"seconds\":%f,\"cpu_seconds\":%f}\n", taken, seconds, used);
  fflush(NULL);
  // Nothing is left that would be lost.
  _Exit(0);
}
