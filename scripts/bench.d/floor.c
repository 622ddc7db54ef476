// The floor of the start: what loading libcurl and its libraries costs a program that does nothing else.
#include <curl/curl.h>
#include <unistd.h>

int main(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return write(STDOUT_FILENO, "ready\n", 6) != 6;
}
