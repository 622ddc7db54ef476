// Times whole runs of several commands, in turn, their output thrown away.
// Usage: run ROUNDS NAME COMMAND... [-- NAME COMMAND...]...      Prints `NAME ms peak`, peak being resident KiB.
#include "bench.h"

static double run(char **command, long *peak) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status;
    struct rusage usage;
    double start = now_ms();
    int code = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
    if (code) die("%s: %s", command[0], strerror(code));
    if (wait4(pid, &status, 0, &usage) < 0 || status) die("%s ended with status %d", command[0], status);
    double end = now_ms();
    posix_spawn_file_actions_destroy(&actions);
    *peak = usage.ru_maxrss;
    return end - start;
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
            long peak;
            double time = run(command + 1, &peak);
            if (round >= 0) printf("%s %.4f %ld\n", command[0], time, peak);
        }
    }
    return 0;
}
