// Times a merged list over many sources beside one source alone, both asked of one running server, and beside C that asks all.
// Usage: sources ROUNDS DESCRIPTORS PRODUCT PORT...   The server may have DESCRIPTORS open, 0 for as many as we; its environment has
// a source s1, s2, ... for each port.
// Prints `NAME ms bytes` for each step of each round, `first ms bytes` for the first list of all, and of the server:
// `process WHEN resident-KiB peak-KiB cpu-ms descriptors`.
// `alone` is the slowest of ALONE sources, each asked by itself; the next round asks the next ones.
#include "bench.h"

#include <dirent.h>

static const int most_alone = 10;

// Keeps a connection to each source, and takes and throws away their lists.
static struct get *gets;
static CURLM *multi;

static void open_floor(char **ports, int count) {
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)count + 8);
    gets = calloc(count, sizeof *gets);
    for (int i = 0; i < count; i++) {
        char at[64];
        snprintf(at, sizeof at, "127.0.0.1:%s", ports[i]);
        open_get(&gets[i], at, "/v1.41/containers/json?all=1");
    }
}

static size_t run_floor(int count) {
    int running = count, left;
    size_t bytes = 0;
    for (int i = 0; i < count; i++) {
        gets[i].bytes = 0;
        curl_multi_add_handle(multi, gets[i].easy);
    }
    while (running) {
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *easy = message->easy_handle;
            if (message->data.result) die("GET: %s", curl_easy_strerror(message->data.result));
            curl_multi_remove_handle(multi, easy);
        }
        if (running) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    for (int i = 0; i < count; i++) bytes += gets[i].bytes;
    return bytes;
}

// One call. That `count` sources have answered is checked outside the measured time; of the rows a page is shown.
static double ask(struct child *server, const char *request, int count, size_t *bytes) {
    const char *answered = "\"state\":\"connected\"";
    double start = now_ms();
    send_line(server, request);
    read_line(server);
    double end = now_ms();
    int found = 0;
    for (char *at = server->buffer; (at = strstr(at, answered)); at++) found++;
    if (found != count) die("%d of %d sources answered: %.600s", found, count, server->buffer);
    *bytes = server->held;
    return end - start;
}

static int descriptors(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *folder = opendir(path);
    int count = 0;
    if (!folder) die("%s: %s", path, strerror(errno));
    while (readdir(folder)) count++;
    closedir(folder);
    return count - 2;  // "." and ".."
}

static void print_process(struct child *server, const char *when) {
    struct usage usage = usage_of(server->pid);
    printf("process %s %ld %ld %.3f %d\n", when, usage.resident, usage.peak, usage.cpu_ms, descriptors(server->pid));
}

int main(int argc, char **argv) {
    if (argc < 5) die("see the head of sources.c for its usage");
    int rounds = positive(argv[1]), count = argc - 4, next = 0;
    const int alone = count < most_alone ? count : most_alone;
    const char *all = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"docker_list_containers\",\"arguments\":{}}}";
    size_t bytes;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    open_floor(argv + 4, count);
    // By the shell, so that the limit is the server's and not ours.
    char command[64];
    snprintf(command, sizeof command, "%s%s; exec \"$0\" serve", atoi(argv[2]) ? "ulimit -n " : ":", atoi(argv[2]) ? argv[2] : "");
    struct child server = start_child((char *[]){"sh", "-c", command, argv[3], NULL});
    greet(&server);
    print_process(&server, "idle");
    double first = ask(&server, all, count, &bytes);
    printf("first %.4f %zu\n", first, bytes);
    print_process(&server, "first");
    // The first two rounds are not counted: they fill caches.
    for (int round = -2; round < rounds; round++) {
        if (round == 0) print_process(&server, "warm");
        for (int i = 0; i < 3; i++) {
            const char *name;
            double spent = 0;
            // Each round begins with another step, so that none always follows the same one.
            switch ((i + round + 2) % 3) {
            case 0:
                name = "merged";
                spent = ask(&server, all, count, &bytes);
                break;
            case 1:
                name = "alone";
                for (int k = 0; k < alone; k++, next = (next + 1) % count) {
                    char one[256];
                    snprintf(one, sizeof one, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":"
                             "\"docker_list_containers\",\"arguments\":{\"source\":\"s%d\"}}}", next + 1);
                    double time = ask(&server, one, 1, &bytes);
                    if (time > spent) spent = time;
                }
                break;
            default: {
                name = "floor";
                double start = now_ms();
                bytes = run_floor(count);
                spent = now_ms() - start;
            }
            }
            if (round >= 0) printf("%s %.4f %zu\n", name, spent, bytes);
        }
    }
    print_process(&server, "end");
    end_child(&server);
    return 0;
}
