// Times whole runs of several commands, in turn, their output thrown away.
// Usage: run ROUNDS NAME COMMAND... [-- NAME COMMAND...]...      Prints `NAME ms peak-KiB cpu-ms`.
#include "bench.h"

static double run(char **command, struct rusage *usage) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status;
    double start = now_ms();
    int code = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
    if (code) die("%s: %s", command[0], strerror(code));
    if (wait4(pid, &status, 0, usage) < 0 || status) die("%s ended with status %d", command[0], status);
    double end = now_ms();
    posix_spawn_file_actions_destroy(&actions);
    return end - start;
}

static double ms(struct timeval time) {
    return time.tv_sec * 1e3 + time.tv_usec / 1e3;
}

int main(int argc, char **argv) {
    if (argc < 4) die("usage: run ROUNDS NAME COMMAND... [-- NAME COMMAND...]...");
    char **commands[8];
    int count = 0, rounds = positive(argv[1]);
    commands[count++] = argv + 2;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--")) continue;
        if (count == 8) die("too many commands");
        argv[i] = NULL;
        commands[count++] = argv + i + 1;
    }
    for (int round = -2; round < rounds; round++) {
        for (int i = 0; i < count; i++) {
            char **command = commands[(i + round + 2) % count];
            struct rusage usage;
            double time = run(command + 1, &usage);
            if (round >= 0)
                printf("%s %.4f %ld %.3f\n", command[0], time, usage.ru_maxrss, ms(usage.ru_utime) + ms(usage.ru_stime));
        }
    }
    return 0;
}
