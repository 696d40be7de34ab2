/* A transactional producer and a consumer of committed records, on librdkafka: ten transactions of a
 * hundred records, one of which is aborted. Prints what was committed, aborted and read. */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(rd_kafka_error_t *error, const char *what) {
    if (!error) return;
    fprintf(stderr, "%s: %s\n", what, rd_kafka_error_string(error));
    exit(1);
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *names[][2]) {
    char reason[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (int i = 0; names[i][0]; i++)
        if (rd_kafka_conf_set(conf, names[i][0], names[i][1], reason, sizeof reason)) {
            fprintf(stderr, "%s\n", reason);
            exit(1);
        }
    rd_kafka_t *handle = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!handle) {
        fprintf(stderr, "%s\n", reason);
        exit(1);
    }
    return handle;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    const char *address = argv[1], *topic = argv[2];
    const char *writing[][2] = {
        {"bootstrap.servers", address}, {"transactional.id", topic}, {NULL, NULL}};
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, writing);
    check(rd_kafka_init_transactions(producer, 20000), "init");
    int committed = 0, aborted = 0;
    for (int transaction = 0; transaction < 10; transaction++) {
        check(rd_kafka_begin_transaction(producer), "begin");
        for (int i = 0; i < 100; i++) {
            char value[32];
            int length = snprintf(value, sizeof value, "%d.%d", transaction, i);
            rd_kafka_resp_err_t error = rd_kafka_producev(
                producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_VALUE(value, length),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
            if (error) {
                fprintf(stderr, "produce: %s\n", rd_kafka_err2str(error));
                return 1;
            }
        }
        if (transaction == 4) {
            rd_kafka_flush(producer, 20000);
            check(rd_kafka_abort_transaction(producer, 20000), "abort");
            aborted += 100;
        } else {
            check(rd_kafka_commit_transaction(producer, 20000), "commit");
            committed += 100;
        }
    }
    rd_kafka_destroy(producer);

    const char *reading[][2] = {{"bootstrap.servers", address},
                                {"group.id", topic},
                                {"auto.offset.reset", "earliest"},
                                {"enable.partition.eof", "true"},
                                {NULL, NULL}};
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, reading);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer, topics);
    int read = 0;
    for (int waits = 0; waits < 300;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (!message) {
            waits++;
            continue;
        }
        int ended = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        if (!message->err) {
            int transaction = atoi(message->payload);
            char expected[32];
            int number = read % 100;
            snprintf(expected, sizeof expected, "%d.%d", transaction, number);
            if (transaction == 4 || strncmp(expected, message->payload, message->len)) {
                fprintf(stderr, "read %.*s\n", (int)message->len, (char *)message->payload);
                return 1;
            }
            read++;
        }
        rd_kafka_message_destroy(message);
        if (ended && read) break;
    }
    rd_kafka_topic_partition_list_destroy(topics);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    printf("committed %d, aborted %d, read %d\n", committed, aborted, read);
    return 0;
}
