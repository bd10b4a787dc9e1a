/* libcurl, and what of it Swift cannot import: curl_easy_setopt and curl_easy_getinfo are variadic. */
#include <curl/curl.h>
#include <sys/socket.h>

typedef size_t (*ccurl_data_callback)(char *data, size_t size, size_t count, void *userdata);
typedef curl_socket_t (*ccurl_socket_callback)(void *userdata, curlsocktype purpose, struct curl_sockaddr *address);

/* The parentheses keep curl's type-checking macro, which wants constants, out of it. */
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_data_callback(CURL *handle, CURLoption option, ccurl_data_callback value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_socket_callback(CURL *handle, CURLoption option, ccurl_socket_callback value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
  return (curl_easy_getinfo)(handle, info, value);
}

/* Whether the libcurl at run time speaks HTTP/2. (CURLVERSION_NOW is a macro of an enumerator.) */
static inline int ccurl_has_http2(void) {
  return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
}

/* Options by number, because the headers at hand may be older than the curl at run time, or call them deprecated. */
enum {
  ccurl_option_protocols = 181,       /* CURLOPT_PROTOCOLS: superseded in 7.85.0 */
  ccurl_option_redir_protocols = 182, /* CURLOPT_REDIR_PROTOCOLS: superseded in 7.85.0 */
  ccurl_option_protocols_str = 10318, /* CURLOPT_PROTOCOLS_STR: 7.85.0 */
  ccurl_option_redir_protocols_str = 10319,
  ccurl_option_quick_exit = 322 /* CURLOPT_QUICK_EXIT: 7.87.0 */
};

/* Enumerators in older headers, macros with an L in those of 8.13 and newer, which Swift would import as another type. */
enum {
  ccurl_netrc_ignored = CURL_NETRC_IGNORED,
  ccurl_tls_1_2 = CURL_SSLVERSION_TLSv1_2,
  ccurl_http_1_1 = CURL_HTTP_VERSION_1_1,
  ccurl_http_2_tls = CURL_HTTP_VERSION_2TLS,
  ccurl_protocol_http = CURLPROTO_HTTP,
  ccurl_protocol_https = CURLPROTO_HTTPS
};
