/* Load for a Kafka broker, on librdkafka; prints one line of key=value.
 *
 *   kafka_load produce ADDRESS TOPIC COUNT SIZE CODEC ACKS
 *   kafka_load consume ADDRESS TOPIC COUNT [MODULUS REST]
 *   kafka_load latency ADDRESS TOPIC SECONDS RATE SIZE ACKS
 *
 * With MODULUS and REST the consumer keeps the records whose "id" has that rest, as a program does that
 * has no filter in the broker; it looks for the number only, and reads no JSON.
 */
#define _GNU_SOURCE /* memmem */
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long failures;
static int64_t *latencies;
static long latency_count;

static int64_t now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void delivered(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque) {
    (void)handle;
    (void)opaque;
    if (message->err) {
        if (!failures++) fprintf(stderr, "delivery: %s\n", rd_kafka_err2str(message->err));
        return;
    }
    if (latencies) latencies[latency_count++] = now_us() - (int64_t)(intptr_t)message->_private;
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *names[][2]) {
    char reason[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (int i = 0; names[i][0]; i++)
        if (rd_kafka_conf_set(conf, names[i][0], names[i][1], reason, sizeof reason)) {
            fprintf(stderr, "%s\n", reason);
            exit(1);
        }
    if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *handle = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!handle) {
        fprintf(stderr, "%s\n", reason);
        exit(1);
    }
    return handle;
}

static rd_kafka_topic_t *topic_of(rd_kafka_t *handle, const char *name, const char *acks) {
    char reason[512];
    rd_kafka_topic_conf_t *conf = rd_kafka_topic_conf_new();
    rd_kafka_topic_conf_set(conf, "acks", acks, reason, sizeof reason);
    return rd_kafka_topic_new(handle, name, conf);
}

/* JSON-like text that shrinks as records do. */
static void fill(char *value, int size, long number) {
    int length = snprintf(value, size, "{\"id\":%ld,\"user\":\"u%ld\",\"pad\":\"", number, number % 977);
    for (int i = length; i < size; i++) value[i] = 'a' + (i * 7 + number % 13) % 26;
}

static int produce(char **argv) {
    const char *address = argv[0], *name = argv[1], *codec = argv[4], *acks = argv[5];
    long count = atol(argv[2]);
    int size = atoi(argv[3]);
    const char *settings[][2] = {{"bootstrap.servers", address},
                                 {"compression.codec", codec},
                                 {"linger.ms", "5"},
                                 {"batch.size", "1000000"},
                                 {"queue.buffering.max.messages", "1000000"},
                                 {"queue.buffering.max.kbytes", "1048576"},
                                 {NULL, NULL}};
    rd_kafka_t *handle = client(RD_KAFKA_PRODUCER, settings);
    rd_kafka_topic_t *topic = topic_of(handle, name, acks);
    char *values = malloc((size_t)size * 1000);
    for (int i = 0; i < 1000; i++) fill(values + (size_t)i * size, size, i);
    int64_t start = now_us();
    for (long i = 0; i < count; i++) {
        while (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, values + (size_t)(i % 1000) * size, size,
                                NULL, 0, NULL) == -1)
            rd_kafka_poll(handle, 10);
        if (i % 1000 == 0) rd_kafka_poll(handle, 0);
    }
    rd_kafka_flush(handle, 120000);
    double seconds = (now_us() - start) / 1e6;
    printf("seconds=%.3f rate=%.0f mbs=%.1f failures=%ld\n", seconds, count / seconds,
           count * (double)size / seconds / 1e6, failures);
    return failures || rd_kafka_outq_len(handle) ? 1 : 0;
}

static int keeps(const rd_kafka_message_t *message, long modulus, long rest) {
    static const char name[] = "\"id\":";
    const char *found = memmem(message->payload, message->len, name, sizeof name - 1);
    return found && strtol(found + sizeof name - 1, NULL, 10) % modulus == rest;
}

static int consume(int argc, char **argv) {
    const char *address = argv[0], *name = argv[1];
    long count = atol(argv[2]), read = 0, kept = 0;
    long modulus = argc > 3 ? atol(argv[3]) : 0, rest = argc > 4 ? atol(argv[4]) : 0;
    const char *settings[][2] = {{"bootstrap.servers", address},
                                 {"fetch.message.max.bytes", "4000000"},
                                 /* With fewer, librdkafka pauses for a second (fetch.queue.backoff.ms)
                                  * after each answer that unpacks to more. */
                                 {"queued.min.messages", "10000000"},
                                 {"queued.max.messages.kbytes", "2000000"},
                                 {"check.crcs", "false"},
                                 {"group.id", "load"},
                                 {"enable.auto.commit", "false"},
                                 {NULL, NULL}};
    rd_kafka_t *handle = client(RD_KAFKA_CONSUMER, settings);
    rd_kafka_poll_set_consumer(handle);
    rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(places, name, 0)->offset = 0;
    if (rd_kafka_assign(handle, places)) return 1;
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(handle);
    rd_kafka_message_t *messages[10000];
    int64_t start = 0, last = now_us(), bytes = 0;
    while (read < count && now_us() - last < 30000000) {
        ssize_t found = rd_kafka_consume_batch_queue(queue, 100, messages, 10000);
        if (found > 0 && !start) start = now_us();
        for (ssize_t i = 0; i < found; i++) {
            if (!messages[i]->err) {
                read++;
                bytes += messages[i]->len;
                if (modulus) kept += keeps(messages[i], modulus, rest);
            }
            rd_kafka_message_destroy(messages[i]);
        }
        if (found > 0) last = now_us();
    }
    double seconds = (last - start) / 1e6;
    printf("seconds=%.3f rate=%.0f mbs=%.1f read=%ld kept=%ld\n", seconds, read / seconds,
           bytes / seconds / 1e6, read, kept);
    return read == count ? 0 : 1;
}

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static int latency(char **argv) {
    const char *address = argv[0], *name = argv[1], *acks = argv[5];
    long seconds = atol(argv[2]), rate = atol(argv[3]), count = seconds * rate;
    int size = atoi(argv[4]);
    const char *settings[][2] = {
        {"bootstrap.servers", address}, {"linger.ms", "0"}, {"socket.nagle.disable", "true"},
        {NULL, NULL}};
    rd_kafka_t *handle = client(RD_KAFKA_PRODUCER, settings);
    rd_kafka_topic_t *topic = topic_of(handle, name, acks);
    latencies = calloc(count, sizeof *latencies);
    char *value = malloc(size);
    fill(value, size, 1);
    int64_t start = now_us();
    for (long i = 0; i < count; i++) {
        int64_t due = start + i * 1000000 / rate;
        while (now_us() < due) {
            rd_kafka_poll(handle, 0);
            if (due - now_us() > 60) usleep(40);
        }
        rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value, size, NULL, 0, (void *)(intptr_t)now_us());
        rd_kafka_poll(handle, 0);
    }
    rd_kafka_flush(handle, 60000);
    /* The first second warms up. */
    long skip = latency_count > rate ? rate : 0, rest = latency_count - skip;
    qsort(latencies + skip, rest, sizeof *latencies, compare);
    printf("p50=%.3f p99=%.3f p999=%.3f max=%.3f failures=%ld\n", latencies[skip + rest / 2] / 1e3,
           latencies[skip + (long)(rest * 0.99)] / 1e3, latencies[skip + (long)(rest * 0.999)] / 1e3,
           latencies[skip + rest - 1] / 1e3, failures);
    return failures ? 1 : 0;
}

int main(int argc, char **argv) {
    if (argc == 8 && !strcmp(argv[1], "produce")) return produce(argv + 2);
    if ((argc == 5 || argc == 7) && !strcmp(argv[1], "consume")) return consume(argc - 2, argv + 2);
    if (argc == 8 && !strcmp(argv[1], "latency")) return latency(argv + 2);
    fprintf(stderr, "produce | consume | latency, see the head of kafka_load.c\n");
    return 2;
}
