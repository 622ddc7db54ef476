// What the bench's programs share: a clock, child processes with pipes, lines, and kept-alive GETs.
#ifndef BENCH_H
#define BENCH_H
#define _GNU_SOURCE
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static inline double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static inline int positive(const char *text) {
    int number = atoi(text);
    if (number <= 0) die("%s is no positive number", text);
    return number;
}

// A child with pipes on its standard input and output. Its standard error is ours.
struct child {
    pid_t pid;
    int input, output;
    char *buffer;
    size_t held, capacity;
};

static inline struct child start_child(char **command) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC)) die("pipe: %s", strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    struct child child = {.input = to[1], .output = from[0], .capacity = 1 << 20};
    child.buffer = malloc(child.capacity);
    int code = posix_spawnp(&child.pid, command[0], &actions, NULL, command, environ);
    if (code) die("%s: %s", command[0], strerror(code));
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    return child;
}

static inline void send_line(struct child *child, const char *line) {
    size_t length = strlen(line);
    char *whole = malloc(length + 1);
    memcpy(whole, line, length);
    whole[length] = '\n';
    for (size_t sent = 0; sent < length + 1;) {
        ssize_t count = write(child->input, whole + sent, length + 1 - sent);
        if (count < 0) die("the child takes no input: %s", strerror(errno));
        sent += count;
    }
    free(whole);
}

// The next line, without its end; good until the next call. A client sends one request at a time, so no more is ever held.
static inline char *read_line(struct child *child) {
    child->held = 0;
    while (1) {
        if (child->held + 1 >= child->capacity) child->buffer = realloc(child->buffer, child->capacity *= 2);
        ssize_t count = read(child->output, child->buffer + child->held, child->capacity - child->held - 1);
        if (count <= 0) die("the child ended before its answer");
        child->held += count;
        if (child->buffer[child->held - 1] == '\n') break;
    }
    child->buffer[--child->held] = 0;
    return child->buffer;
}

// Closes the child's input and waits for its end.
static inline void end_child(struct child *child) {
    int status = 0;
    close(child->input);
    if (waitpid(child->pid, &status, 0) < 0 || status) die("the child ended with status %d", status);
    close(child->output);
    free(child->buffer);
}

// Memory in KiB, and the processor time used until now, which a busy machine changes least of all times.
struct usage {
    long resident, peak;
    double cpu_ms;
};

static inline struct usage usage_of(pid_t pid) {
    char path[64], line[256];
    struct usage usage = {0};
    clockid_t clock;
    struct timespec used = {0};
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used)) die("no processor clock of the server");
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "VmRSS: %ld", &usage.resident);
        sscanf(line, "VmHWM: %ld", &usage.peak);
    }
    if (status) fclose(status);
    usage.cpu_ms = used.tv_sec * 1e3 + used.tv_nsec / 1e6;
    return usage;
}

// What every MCP client says first, and the question for the list of tools.
static inline void greet(struct child *server) {
    send_line(server, "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                      "\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
    if (!strstr(read_line(server), "\"serverInfo\"")) die("initialize was answered with: %.300s", server->buffer);
    send_line(server, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    send_line(server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
    if (!strstr(read_line(server), "docker_list_containers")) die("tools/list was answered with: %.300s", server->buffer);
}

// A GET on a connection that is kept; the body is taken whole and thrown away, as the cheapest client would.
struct get {
    CURL *easy;
    size_t bytes;
};

static size_t count_bytes(char *bytes, size_t one, size_t count, void *user) {
    (void)bytes, (void)one;
    ((struct get *)user)->bytes += count;
    return count;
}

// `at` is the path of a unix socket, or host:port.
static inline void open_get(struct get *get, const char *at, const char *path) {
    char url[2048];
    get->easy = curl_easy_init();
    if (at[0] == '/') curl_easy_setopt(get->easy, CURLOPT_UNIX_SOCKET_PATH, at);
    snprintf(url, sizeof url, "http://%s%s", at[0] == '/' ? "docker" : at, path);
    curl_easy_setopt(get->easy, CURLOPT_URL, url);
    curl_easy_setopt(get->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(get->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(get->easy, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(get->easy, CURLOPT_WRITEDATA, get);
}

static inline void run_get(struct get *get) {
    long status = 0;
    get->bytes = 0;
    CURLcode code = curl_easy_perform(get->easy);
    if (code) die("GET: %s", curl_easy_strerror(code));
    curl_easy_getinfo(get->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) die("GET: status %ld", status);
}

#endif
