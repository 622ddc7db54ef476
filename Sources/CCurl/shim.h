// libcurl's header for Swift, and the few C lines that Swift needs: it can call no variadic function and sees no macro with a cast.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// CURL * and CURLM * become two opaque types, so that neither can be passed for the other.
#define CURL_STRICTER 1
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>

// CURLOPT_QUICK_EXIT, without which a cancelled transfer waits for a slow name server, came with 7.87.0.
#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87.0 or newer is needed"
#endif

// What CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION call: `count` bytes (the second argument is always 1).
typedef size_t (*ccurl_bytes_function)(char *bytes, size_t one, size_t count, void *user);

// What CURLOPT_DEBUGFUNCTION calls: `count` bytes of that kind.
typedef int (*ccurl_debug_function)(CURL *easy, curl_infotype kind, char *bytes, size_t count, void *user);

static const size_t ccurl_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t ccurl_error_size = CURL_ERROR_SIZE;
static const long ccurl_global_default = CURL_GLOBAL_DEFAULT;

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// Copies the bytes.
static inline CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

static inline curl_socket_t ccurl_open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    curl_socket_t descriptor = socket(address->family, address->socktype, address->protocol);
    if (descriptor >= 0) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
    return descriptor;
#endif
}

// Keeps connections out of child processes. libcurl itself does not, and a child that holds a connection keeps it open
// after we have closed it.
static inline CURLcode ccurl_set_close_on_exec(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_socket);
}

static inline CURLcode ccurl_set_debug_function(CURL *easy, ccurl_debug_function value) {
    return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, value);
}

static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_bytes_function(CURL *easy, CURLoption option, ccurl_bytes_function value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

// Lasts until the handle's next transfer, or its end; NULL for none.
static inline CURLcode ccurl_get_string(CURL *easy, CURLINFO info, const char **value) {
    return curl_easy_getinfo(easy, info, value);
}

// The certificates that the peer showed, its own first, each as a list of "NAME:VALUE"; lasts as the strings above.
static inline CURLcode ccurl_get_certificates(CURL *easy, struct curl_certinfo **value) {
    return curl_easy_getinfo(easy, CURLINFO_CERTINFO, value);
}

// The next finished transfer, if any: its handle, else NULL, and how it ended.
static inline CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

#endif
