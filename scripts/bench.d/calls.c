// Times tool calls to one running server beside raw kept-alive GETs to the engines, in turn, a round at a time.
// Usage: calls ROUNDS PRODUCT STEP...
//   STEP: call NAME REQUEST | get NAME SOCKET-OR-HOST:PORT PATH | both NAME GET GET (two earlier gets at once, a thread each)
// Prints `NAME ms bytes` for each step of each round, and of the server: `process WHEN resident-KiB peak-KiB cpu-ms`.
#include "bench.h"

enum kind { CALL, GET, BOTH };

struct step {
    enum kind kind;
    const char *name, *request;
    struct get get;
    struct get *pair[2];
};

// The second thread of the floor. It waits between rounds, as any client's does.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct get *ordered;

static void *second_thread(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    while (1) {
        while (!ordered) pthread_cond_wait(&changed, &lock);
        struct get *get = ordered;
        pthread_mutex_unlock(&lock);
        run_get(get);
        pthread_mutex_lock(&lock);
        ordered = NULL;
        pthread_cond_broadcast(&changed);
    }
    return NULL;
}

static size_t run_both(struct get *pair[2]) {
    pthread_mutex_lock(&lock);
    ordered = pair[1];
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    run_get(pair[0]);
    pthread_mutex_lock(&lock);
    while (ordered) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return pair[0]->bytes + pair[1]->bytes;
}

static size_t run_step(struct step *step, struct child *server) {
    switch (step->kind) {
    case CALL:
        send_line(server, step->request);
        read_line(server);
        return server->held;
    case GET:
        run_get(&step->get);
        return step->get.bytes;
    case BOTH: return run_both(step->pair);
    }
    return 0;
}

// Outside the measured time.
static void check(struct step *step, struct child *server) {
    if (step->kind == CALL && !strstr(server->buffer, "\"isError\":false"))
        die("%s was answered with: %.600s", step->name, server->buffer);
}

static void print_process(struct child *server, const char *when) {
    struct usage usage = usage_of(server->pid);
    printf("process %s %ld %ld %.3f\n", when, usage.resident, usage.peak, usage.cpu_ms);
}

static struct get *get_named(struct step *steps, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (steps[i].kind == GET && !strcmp(steps[i].name, name)) return &steps[i].get;
    die("no get before is named %s", name);
}

int main(int argc, char **argv) {
    if (argc < 6) die("see the head of calls.c for its usage");
    static struct step steps[16];
    int count = 0, rounds = positive(argv[1]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (char **word = argv + 3; *word; count++) {
        if (count == 16) die("too many steps");
        struct step *step = &steps[count];
        step->name = word[1];
        if (!strcmp(word[0], "call") && word[1] && word[2]) {
            step->request = word[2];
            word += 3;
        } else if (!strcmp(word[0], "get") && word[1] && word[2] && word[3]) {
            step->kind = GET;
            open_get(&step->get, word[2], word[3]);
            word += 4;
        } else if (!strcmp(word[0], "both") && word[1] && word[2] && word[3]) {
            step->kind = BOTH;
            for (int i = 0; i < 2; i++) step->pair[i] = get_named(steps, count, word[2 + i]);
            word += 4;
        } else
            die("no step: %s", word[0]);
    }
    pthread_t thread;
    if (pthread_create(&thread, NULL, second_thread, NULL)) die("no thread");
    struct child server = start_child((char *[]){argv[2], "serve", NULL});
    greet(&server);
    print_process(&server, "idle");
    // The first three rounds open connections and fill caches; they are not counted.
    for (int round = -3; round < rounds; round++) {
        if (round == 0) print_process(&server, "warm");
        for (int i = 0; i < count; i++) {
            // Each round begins with another step, so that none always follows the same one.
            struct step *step = &steps[(i + round + 3) % count];
            double start = now_ms();
            size_t bytes = run_step(step, &server);
            double end = now_ms();
            check(step, &server);
            if (round >= 0) printf("%s %.4f %zu\n", step->name, end - start, bytes);
        }
    }
    print_process(&server, "end");
    end_child(&server);
    return 0;
}
