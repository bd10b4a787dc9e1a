/**
 * @file mcpauth.h
 * @brief Authenticates the requests of an MCP server.
 *
 * An MCP server is an OAuth 2.1 resource server: it verifies the bearer token of every request, answers those it
 * refuses with the right 401 or 403 challenge, and publishes its metadata. This library does all three.
 *
 * **Ownership.** What a `_new` call, a `_retain` call or a `T **out` parameter gives belongs to the caller and is given
 * back once to `_free`; `_free(NULL)` does nothing. A returned pointer or mcpauth_str is borrowed from the handle it
 * came from and lives as long as that handle.
 *
 * **Outputs.** They come last and are written on every path: the result on success, NULL or 0 otherwise.
 *
 * **Errors.** A call that can fail returns an mcpauth_result. Nothing is printed and errno means nothing. NULL where a
 * handle or a text is needed gives MCPAUTH_ERR_NULL_PARAMETER, or an empty value from a getter. The results of calls
 * whose failure would let somebody in are marked, so that the compiler warns where one is ignored; a failed setter is
 * kept by its configuration, so its result may be ignored.
 *
 * **Threads.** A call on a const handle may run on any number of threads at once. Some reference to the handle has to
 * outlive each use of it: one that is kept until all threads are done will do. Calls on a handle that is not const need
 * one thread at a time.
 *
 * **Stack.** A call takes at most 16 KiB of its thread's stack, OpenSSL's part included, whatever it is given; the
 * callbacks' own use comes on top. So a thread of 32 KiB is enough.
 *
 * **Callbacks.** They get userdata first, may run on several threads at once, and have to return: neither a C++
 * exception nor longjmp may leave one.
 *
 * **Memory.** MCPAUTH_ERR_NO_MEMORY: there was none for JSON that a sender wrote, or OpenSSL or libcurl report it. Where
 * the library cannot allocate a small object of its own, the process ends.
 *
 * How a server uses it, once at start and then for each request. examples-c/mcp_server.c is a whole one.
 *
 * @code
 * mcpauth_config *config;
 * mcpauth_verifier *verifier;
 * mcpauth_error *err;
 * mcpauth_config_new("https://mcp.example.com/mcp", &config); // this server's public URL
 * mcpauth_config_add_issuer(config, "https://auth.example.com", NULL);
 * if (mcpauth_verifier_new(config, &verifier, &err) != MCPAUTH_OK) give_up(mcpauth_error_message(err).data);
 *
 * mcpauth_request request = MCPAUTH_REQUEST_INIT;
 * mcpauth_authinfo *info = NULL;
 * mcpauth_response *answer = NULL;
 * request.method = method, request.path = path, request.body = body;
 * request.headers = fields, request.header_count = field_count; // every header field
 * if (mcpauth_handle(verifier, &request, &info, &answer) == MCPAUTH_OK)
 *   handle_request(mcpauth_authinfo_subject(info).data);
 * else send_response(answer); // mcpauth_response_status, _header_name, _header_value, _body
 * mcpauth_response_free(answer), mcpauth_authinfo_free(info);
 * @endcode
 */
#ifndef MCPAUTH_H
#define MCPAUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of this header: major. mcpauth_version() is that of the library. */
#define MCPAUTH_VERSION_MAJOR 0
/** The version of this header: minor. */
#define MCPAUTH_VERSION_MINOR 2
/** The version of this header: patch. */
#define MCPAUTH_VERSION_PATCH 0

/** Marks what the library exports. */
#if defined(__GNUC__) || defined(__clang__)
#define MCPAUTH_API __attribute__((visibility("default")))
#else
#define MCPAUTH_API
#endif

/** Marks calls whose result decides whether somebody is let in, or whether an output may be used. */
#if defined(__GNUC__) || defined(__clang__)
#define MCPAUTH_MUST_CHECK __attribute__((warn_unused_result))
#else
#define MCPAUTH_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup types Types
 * @{
 */

/** What a verifier is made from: mutable, one thread at a time. */
typedef struct mcpauth_config mcpauth_config;
/** One authorization server of a configuration: borrowed from it, one thread at a time. */
typedef struct mcpauth_issuer mcpauth_issuer;
/** Verifies tokens and requests: immutable, any thread. */
typedef struct mcpauth_verifier mcpauth_verifier;
/** Who the caller is: immutable, any thread. */
typedef struct mcpauth_authinfo mcpauth_authinfo;
/** Why a call failed: immutable, any thread. */
typedef struct mcpauth_error mcpauth_error;
/** An HTTP response to send: immutable, any thread. */
typedef struct mcpauth_response mcpauth_response;
/** Scopes that an operation check asks for: valid during the check, on its thread. */
typedef struct mcpauth_scope_list mcpauth_scope_list;
/** Whether an issuer works with MCP: immutable, any thread. */
typedef struct mcpauth_report mcpauth_report;
/** Where finished calls and log entries wait for the host: any thread. */
typedef struct mcpauth_queue mcpauth_queue;
/** A finished call or a log entry: immutable, any thread. */
typedef struct mcpauth_event mcpauth_event;

/**
 * Text with its length. What the library returns is followed by a NUL byte, and its data is never NULL (empty is "",
 * 0).
 */
typedef struct mcpauth_str {
  const char *data; /**< UTF-8 */
  size_t len;       /**< in bytes, without the NUL */
} mcpauth_str;

/** The outcome of a call: one of mcpauth_result_value. */
typedef uint32_t mcpauth_result;

/**
 * @brief Every mcpauth_result. The numbers never change.
 *
 * There are three ways not to be let in, and they are never mixed: the request is denied (400, 401, 403), the issuer or
 * the host's backend cannot be reached now (503), or something has to be fixed on this side (500).
 */
enum mcpauth_result_value {
  MCPAUTH_OK = 0,          /**< The call succeeded. */
  MCPAUTH_WOULD_BLOCK = 1, /**< Nothing to say yet: a key has to be fetched first, which has begun. Ask later. */
  MCPAUTH_RESPONDED = 2,   /**< No error: the response answers the request (metadata, preflight). Since 0.2.0. */

  /* the caller of this library made a mistake: HTTP 500 */
  MCPAUTH_ERR_NULL_PARAMETER = 11,   /**< 500: an argument that is needed was NULL. */
  MCPAUTH_ERR_INVALID_ARGUMENT = 12, /**< 500: an argument has a value that cannot be used. */
  MCPAUTH_ERR_INVALID_CONFIG = 13,   /**< 500: the configuration is incomplete or contradicts itself. */

  /* the request: HTTP 400, 401, 403 or 404 */
  MCPAUTH_ERR_MISSING_AUTH_HEADER = 101,   /**< 401: no Authorization header. */
  MCPAUTH_ERR_INVALID_AUTH_HEADER = 102,   /**< 401: the Authorization header is of another scheme than Bearer. */
  MCPAUTH_ERR_MISSING_BEARER_TOKEN = 103,  /**< 401: the scheme is Bearer, and there is no token. */
  MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS = 104, /**< 400: what stands there cannot be read as one token. */
  MCPAUTH_ERR_INVALID_REQUEST = 105,       /**< 400: MCP headers or body cannot be read, or disagree. */
  MCPAUTH_ERR_HOST_NOT_ALLOWED = 106,      /**< 403: Host is not this server's. Since 0.2.0. */
  MCPAUTH_ERR_ORIGIN_NOT_ALLOWED = 107,    /**< 403: a web page of another origin sends it. Since 0.2.0. */
  MCPAUTH_ERR_SESSION_NOT_FOUND = 108,     /**< 404: the session is not one of this caller's. Since 0.2.0. */

  /* the token: HTTP 401, and 403 for INSUFFICIENT_SCOPE */
  MCPAUTH_ERR_TOKEN_MALFORMED = 201,       /**< 401: no JWT of the compact form, or too long. */
  MCPAUTH_ERR_TOKEN_ENCRYPTED = 202,       /**< 401: an encrypted token (JWE). */
  MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED = 203, /**< 401: signed with an algorithm that is not allowed. */
  MCPAUTH_ERR_KEY_NOT_FOUND = 204,         /**< 401: the issuer has no key that fits. */
  MCPAUTH_ERR_SIGNATURE_INVALID = 205,     /**< 401: the signature does not match. */
  MCPAUTH_ERR_TOKEN_EXPIRED = 206,         /**< 401: exp is in the past, or the token is too old. */
  MCPAUTH_ERR_TOKEN_NOT_YET_VALID = 207,   /**< 401: nbf or iat is in the future. */
  MCPAUTH_ERR_ISSUER_MISMATCH = 208,       /**< 401: iss is not trusted. */
  MCPAUTH_ERR_AUDIENCE_MISMATCH = 209,     /**< 401: issued for another resource. */
  MCPAUTH_ERR_CLAIM_MISSING = 210,         /**< 401: a claim that is needed is absent. */
  MCPAUTH_ERR_CLAIM_INVALID = 211,         /**< 401: a claim is of a wrong type or value. */
  MCPAUTH_ERR_TOKEN_TYPE = 212,            /**< 401: something else than an access token. */
  MCPAUTH_ERR_INSUFFICIENT_SCOPE = 213,    /**< 403: a scope is missing; the challenge names it. */
  MCPAUTH_ERR_CLIENT_NOT_ALLOWED = 214,    /**< 401: issued to another client. */
  MCPAUTH_ERR_TOKEN_INACTIVE = 215,        /**< 401: a custom verifier says that it was revoked. */
  MCPAUTH_ERR_PROOF_INVALID = 216,         /**< 401: reserved for proofs of possession. */
  MCPAUTH_ERR_BINDING_MISMATCH = 217,      /**< 401: bound to a key or certificate (RFC 7800), which is not read. */
  MCPAUTH_ERR_TOKEN_REJECTED = 218,        /**< 401: a custom verifier refuses it. */
  MCPAUTH_ERR_OPERATION_NOT_ALLOWED = 219, /**< 403: no scope would help: by a rule or callback. Since 0.2.0. */

  /* the issuer's side: HTTP 503 where it cannot be reached now, 500 where what it says is unusable */
  MCPAUTH_ERR_KEYS_UNAVAILABLE = 301,          /**< 503: the issuer's keys cannot be fetched now. */
  MCPAUTH_ERR_METADATA_UNAVAILABLE = 302,      /**< 503: its metadata cannot be fetched now. */
  MCPAUTH_ERR_METADATA_INVALID = 303,          /**< 500: its metadata cannot be used. */
  MCPAUTH_ERR_JWKS_URI_MISSING = 304,          /**< 500: its metadata does not say where the keys are. */
  MCPAUTH_ERR_INTROSPECTION_UNAVAILABLE = 305, /**< 503: reserved for token introspection. */
  MCPAUTH_ERR_CALLBACK_FAILED = 306,           /**< 503: a callback of the host's cannot answer now. */

  /* inside: HTTP 500 */
  MCPAUTH_ERR_NO_MEMORY = 901, /**< 500: memory cannot be allocated. */
  MCPAUTH_ERR_INTERNAL = 902   /**< 500: a fault of the system or of this library; the message says more. */
};

/** @} */

/**
 * @defgroup results Version and results
 * @{
 */

/**
 * @brief The library's version at run time, such as "0.2.0".
 * @return A static text.
 * @since 0.1.0
 */
MCPAUTH_API const char *mcpauth_version(void);

/**
 * @brief The library's version as a number, to compare.
 * @return major << 16 | minor << 8 | patch.
 * @since 0.1.0
 */
MCPAUTH_API uint32_t mcpauth_version_number(void);

/**
 * @brief A result's name, such as "MCPAUTH_ERR_TOKEN_EXPIRED".
 * @param result any number
 * @return A static text; "MCPAUTH_UNKNOWN_RESULT" for a number that is no result.
 * @since 0.1.0
 */
MCPAUTH_API const char *mcpauth_result_name(mcpauth_result result);

/**
 * @brief One English sentence about a result.
 * @param result any number
 * @return A static text.
 * @since 0.1.0
 */
MCPAUTH_API const char *mcpauth_result_description(mcpauth_result result);

/** @} */

/**
 * @defgroup requests Requests
 * One call judges a whole HTTP request and gives the response that refuses it.
 * @{
 */

/** One header field of a request, as received. */
typedef struct mcpauth_header {
  mcpauth_str name;  /**< in any case */
  mcpauth_str value; /**< without the line's end */
} mcpauth_header;

/**
 * @brief One HTTP request.
 *
 * Start from MCPAUTH_REQUEST_INIT and set what the request has; everything is borrowed during the call. With headers set,
 * authorization, dpop, mcp_method and mcp_name have to be empty: they are read from headers.
 *
 * This version reads no proof and no certificate: a token bound to one (cnf, RFC 7800) is refused. The method, the MCP
 * headers and the body are read where scopes were set per operation; where MCP headers and a body are passed, they have
 * to agree, or the answer is 400 with JSON-RPC's HeaderMismatch (-32020) and the request's id. Of a GET, HEAD, DELETE or
 * OPTIONS without a body no scope of an operation is asked.
 */
typedef struct mcpauth_request {
  size_t size;                        /**< sizeof(mcpauth_request) */
  const mcpauth_str *authorization;   /**< the value of every Authorization header field, in order */
  size_t authorization_count;         /**< how many there are */
  const mcpauth_str *dpop;            /**< the value of every DPoP header field, in order */
  size_t dpop_count;                  /**< how many there are */
  mcpauth_str method;                 /**< the HTTP method */
  mcpauth_str url;                    /**< the resource's own public URL, never made from the Host header; empty: the
                                           configured resource */
  mcpauth_str mcp_method;             /**< the Mcp-Method header field (MCP 2026-07-28), where sent */
  mcpauth_str mcp_name;               /**< the Mcp-Name header field, where sent */
  mcpauth_str client_certificate_der; /**< the TLS client's certificate, where there is one */
  mcpauth_str body;                   /**< the JSON-RPC request */
  const mcpauth_header *headers;      /**< every header field as received, in order. Since 0.2.0. */
  size_t header_count;                /**< how many there are. Since 0.2.0. */
  mcpauth_str path;                   /**< the request target as received, with its query. Since 0.2.0. */
} mcpauth_request;

/** An mcpauth_request with its size set and everything else empty. */
#ifdef __cplusplus
#define MCPAUTH_REQUEST_INIT \
  {sizeof(mcpauth_request),  \
   NULL,                     \
   0,                        \
   NULL,                     \
   0,                        \
   {NULL, 0},                \
   {NULL, 0},                \
   {NULL, 0},                \
   {NULL, 0},                \
   {NULL, 0},                \
   {NULL, 0},                \
   NULL,                     \
   0,                        \
   {NULL, 0}}
#else
#define MCPAUTH_REQUEST_INIT {.size = sizeof(mcpauth_request)}
#endif

/**
 * @brief Judges a whole HTTP request: the one call that protects a server.
 *
 * In this order: the metadata documents (see mcpauth_well_known()), Host, Origin, a browser's CORS preflight, the MCP
 * headers, the token, the scopes. Give it method, path, headers and body of every request for the MCP endpoint and for
 * "/.well-known/"; another path is judged like the endpoint's, and is the host's to answer with 404. A POST without a body
 * is refused: what is in a body that was not passed would be judged by nothing. May wait for a key fetch as
 * mcpauth_authorize() does.
 *
 * Origin, where present, has to be the resource's own or allowed by mcpauth_config_add_allowed_origin(); for a resource on
 * loopback every loopback origin is. Host is looked at where the resource is on loopback, or where
 * mcpauth_config_add_allowed_host() was called. From MCP 2026-07-28 on (Mcp-Protocol-Version) Mcp-Method and Mcp-Name have
 * to be there; a batch is refused from 2025-06-18 on.
 *
 * @param verifier whose rules apply
 * @param request  the request, with method, path, headers and body
 * @param info     who the caller is, when the result is MCPAUTH_OK, and NULL otherwise; to be freed
 * @param response otherwise the response to send; to be freed. Never NULL then, if response was given: where none can be
 *                 built it is a plain 500. May be NULL.
 * @return MCPAUTH_OK: go on. MCPAUTH_RESPONDED: no error, the response answers the request (metadata, preflight).
 *         Otherwise why the request is not let in. Whatever is not MCPAUTH_OK: send the response and stop.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_handle(const mcpauth_verifier *verifier,
                                                             const mcpauth_request *request, mcpauth_authinfo **info,
                                                             mcpauth_response **response);

/**
 * @brief Judges a whole HTTP request without waiting, for servers on an event loop.
 * @param verifier whose rules apply
 * @param request  the request
 * @param info     as of mcpauth_handle()
 * @param response as of mcpauth_handle()
 * @return As mcpauth_handle(). MCPAUTH_WOULD_BLOCK, with neither info nor response: as of mcpauth_try_authorize().
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_try_handle(const mcpauth_verifier *verifier,
                                                                 const mcpauth_request *request,
                                                                 mcpauth_authinfo **info, mcpauth_response **response);

/**
 * @brief The header fields that the host adds to its own answer to this request, so that a browser's script may read it.
 *
 * Denials and metadata have theirs already.
 *
 * @param verifier whose rules apply
 * @param request  the request
 * @param out      a response of which only the header fields count, to be freed; NULL, with MCPAUTH_OK, where there are
 *                 none: no Origin, or mcpauth_config_disable_cross_origin_headers()
 * @return MCPAUTH_OK; MCPAUTH_ERR_ORIGIN_NOT_ALLOWED; or a mistake of the caller.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_cross_origin_headers(const mcpauth_verifier *verifier,
                                                        const mcpauth_request *request, mcpauth_response **out);

/**
 * @brief Authenticates one request by its credential alone: for those who answer metadata, browsers and Host themselves.
 *
 * May wait for a key fetch, ten seconds at most; never when the token's key is at hand. Decide by the result, send the
 * denial.
 *
 * @param verifier whose rules apply
 * @param request  the request
 * @param info     who the caller is, when the result is MCPAUTH_OK, and NULL otherwise; to be freed
 * @param denial   otherwise the response to send; to be freed. Never NULL then, if denial was given: where none can be
 *                 built it is a plain 500. May be NULL.
 * @return MCPAUTH_OK, or why the request is not let in.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authorize(const mcpauth_verifier *verifier,
                                                                const mcpauth_request *request, mcpauth_authinfo **info,
                                                                mcpauth_response **denial);

/**
 * @brief Authenticates one request without waiting, for servers on an event loop.
 *
 * A custom verifier runs in the caller: unless it never blocks, use mcpauth_authorize_async().
 *
 * @param verifier whose rules apply
 * @param request  the request
 * @param info     as of mcpauth_authorize()
 * @param denial   as of mcpauth_authorize()
 * @return As mcpauth_authorize(). MCPAUTH_WOULD_BLOCK, with neither info nor denial: the token's key has to be fetched,
 *         which has begun; ask again later, or with mcpauth_authorize_async().
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_try_authorize(const mcpauth_verifier *verifier,
                                                                    const mcpauth_request *request,
                                                                    mcpauth_authinfo **info, mcpauth_response **denial);

/**
 * @brief How an asynchronous mcpauth_authorize_async() ended: its outputs are those of mcpauth_authorize().
 *
 * As mcpauth_verify_done_fn: info and denial belong to the callee.
 */
typedef void (*mcpauth_authorize_done_fn)(void *userdata, mcpauth_result result, mcpauth_authinfo *info,
                                          mcpauth_response *denial);

/**
 * @brief Authenticates one request on the library's threads.
 *
 * The request is copied, its body only where a rule reads it. Everything said of mcpauth_verify_async() holds.
 *
 * @param verifier whose rules apply; may be freed at once
 * @param request  the request
 * @param done     runs exactly once if and only if MCPAUTH_OK is returned
 * @param userdata passed to done
 * @return MCPAUTH_OK: done will run. Otherwise it will not: a mistake of the caller in the request struct itself (its
 *         size, a NULL with a length, more than 8 MiB beside the body), or MCPAUTH_ERR_NO_MEMORY, as for
 *         mcpauth_verify_async().
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authorize_async(const mcpauth_verifier *verifier,
                                                                      const mcpauth_request *request,
                                                                      mcpauth_authorize_done_fn done, void *userdata);

/**
 * @brief Judges a whole HTTP request on the library's threads.
 *
 * As mcpauth_authorize_async(); done gets what mcpauth_handle() would give.
 *
 * @param verifier whose rules apply; may be freed at once
 * @param request  the request
 * @param done     runs exactly once if and only if MCPAUTH_OK is returned
 * @param userdata passed to done
 * @return As mcpauth_authorize_async().
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_handle_async(const mcpauth_verifier *verifier,
                                                                   const mcpauth_request *request,
                                                                   mcpauth_authorize_done_fn done, void *userdata);

/**
 * @brief A step-up check later in the same request: has the caller all of these scopes?
 *
 * @param verifier        whose rules apply
 * @param info            the caller
 * @param space_separated the scopes, with a space between them
 * @param denial          as of mcpauth_authorize(): the 403 that asks for all of these scopes; may be NULL
 * @return MCPAUTH_OK or MCPAUTH_ERR_INSUFFICIENT_SCOPE.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_require_scopes(const mcpauth_verifier *verifier,
                                                                     const mcpauth_authinfo *info,
                                                                     const char *space_separated,
                                                                     mcpauth_response **denial);

/**
 * @brief Judges again what was verified before, at this moment: for streams that outlive a token.
 *
 * The rules are this verifier's, which may be newer than the one info came from. The signature is not checked again,
 * and the scopes are those that were read when it was.
 *
 * @param verifier whose rules apply
 * @param info     the caller
 * @param denial   as of mcpauth_authorize(); may be NULL
 * @return MCPAUTH_OK, or why the caller is not let in any more.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_check(const mcpauth_verifier *verifier,
                                                                     const mcpauth_authinfo *info,
                                                                     mcpauth_response **denial);

/**
 * @brief Whether the caller's scopes are enough to call a tool (tools/call): to leave the others out of a list.
 *
 * As the scopes of a request for it are judged, the required ones included. A callback that decides by arguments is not
 * asked, and neither is the time: mcpauth_authinfo_check() does that.
 *
 * @param verifier whose rules apply
 * @param info     the caller
 * @param tool     the tool's name
 * @param tool_len its length in bytes
 * @return false also where an argument is NULL.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_may_call_tool(const mcpauth_verifier *verifier, const mcpauth_authinfo *info, const char *tool,
                                       size_t tool_len);

/**
 * @brief Whether the caller's scopes are enough to get a prompt (prompts/get).
 * @param verifier   whose rules apply
 * @param info       the caller
 * @param prompt     the prompt's name
 * @param prompt_len its length in bytes
 * @return false also where an argument is NULL.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_may_get_prompt(const mcpauth_verifier *verifier, const mcpauth_authinfo *info,
                                        const char *prompt, size_t prompt_len);

/**
 * @brief Whether the caller's scopes are enough to read a resource (resources/read).
 * @param verifier whose rules apply
 * @param info     the caller
 * @param uri      the resource's URI
 * @param uri_len  its length in bytes
 * @return false also where an argument is NULL.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_may_read_resource(const mcpauth_verifier *verifier, const mcpauth_authinfo *info,
                                           const char *uri, size_t uri_len);

/**
 * @brief The response to a request for one of this server's metadata documents (RFC 9728 section 3.1).
 *
 * The path of the protected resource metadata is "/.well-known/oauth-protected-resource" and the resource's own path
 * behind it; a configuration can serve others. GET gives the document, HEAD the same without its body, OPTIONS the
 * answer to a CORS preflight, any other method 405. The metadata needs no authentication: ask this before
 * mcpauth_authorize().
 *
 * authorization_servers names each issuer as its own metadata does, once that was fetched (call
 * mcpauth_verifier_prefetch() before listening), as clients compare the two byte for byte; until then, and where no
 * client could use that name, as configured.
 *
 * @param verifier   whose documents
 * @param method     the HTTP method
 * @param method_len its length in bytes
 * @param path       the request's target as received, or decoded; a query is ignored
 * @param path_len   its length in bytes
 * @param out        the response, to be freed; NULL, with MCPAUTH_OK, when it is another path
 * @return MCPAUTH_OK, or a mistake of the caller.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_well_known(const mcpauth_verifier *verifier, const char *method, size_t method_len,
                                              const char *path, size_t path_len, mcpauth_response **out);

/** @} */

/**
 * @defgroup tokens Tokens
 * A token alone, for servers that read the request themselves.
 * @{
 */

/**
 * @brief Verifies a token.
 *
 * May wait for a key fetch, ten seconds at most; never when the token's key is at hand.
 *
 * @param verifier  whose rules apply
 * @param token     the token, without "Bearer "
 * @param token_len its length in bytes
 * @param out       who the caller is, when the result is MCPAUTH_OK, and NULL otherwise; to be freed
 * @param err       why not, otherwise; may be NULL; to be freed
 * @return MCPAUTH_OK, or why the token is not accepted.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verify(const mcpauth_verifier *verifier, const char *token,
                                                             size_t token_len, mcpauth_authinfo **out,
                                                             mcpauth_error **err);

/**
 * @brief Verifies a token without waiting, for servers on an event loop.
 *
 * A custom verifier runs in the caller: unless it never blocks, use mcpauth_verify_async().
 *
 * @param verifier  whose rules apply
 * @param token     the token, without "Bearer "
 * @param token_len its length in bytes
 * @param out       as of mcpauth_verify()
 * @param err       as of mcpauth_verify()
 * @return As mcpauth_verify(). MCPAUTH_WOULD_BLOCK, with neither out nor err: the token's key has to be fetched, which
 *         has begun; ask again later, or with mcpauth_verify_async().
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_try_verify(const mcpauth_verifier *verifier, const char *token,
                                                                 size_t token_len, mcpauth_authinfo **out,
                                                                 mcpauth_error **err);

/**
 * @brief How an asynchronous mcpauth_verify_async() ended: its outputs are those of mcpauth_verify().
 *
 * info and err (NULL with MCPAUTH_OK) belong to the callee, who frees them.
 *
 * It runs on a thread of the library, several of which may run it at once, and may call anything,
 * mcpauth_verifier_free() included. It should be short, and hand the outcome to the host's event loop: at most 16 run
 * at the same time, custom verifiers of asynchronous calls included, and further ones wait.
 */
typedef void (*mcpauth_verify_done_fn)(void *userdata, mcpauth_result result, mcpauth_authinfo *info,
                                       mcpauth_error *err);

/**
 * @brief Verifies a token on the library's threads: this call neither waits nor computes.
 *
 * The token is copied. A custom verifier runs on the library's threads too, and may block.
 *
 * done never runs inside this call; being on another thread, it may run before the caller's next statement, so whatever
 * it uses has to be ready before the call. Freeing the verifier at once is allowed: see mcpauth_verifier_free(). In a
 * child of fork, done of the parent's calls does not run. A host that forks in done ends the child there with exec or
 * _exit(): one that returns from done ends its thread, and may wait in it for a lock of OpenSSL that nobody holds any more.
 *
 * @param verifier  whose rules apply; may be freed at once
 * @param token     the token, without "Bearer "
 * @param token_len its length in bytes
 * @param done      runs exactly once if and only if MCPAUTH_OK is returned
 * @param userdata  passed to done
 * @return MCPAUTH_OK: done will run. MCPAUTH_ERR_NULL_PARAMETER; MCPAUTH_ERR_INVALID_ARGUMENT: more than 8 MiB;
 *         MCPAUTH_ERR_NO_MEMORY: the system gives no thread or no memory, or what asynchronous calls of this process
 *         hold while they wait is 64 MiB: answer with 503 and Retry-After.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verify_async(const mcpauth_verifier *verifier, const char *token,
                                                                   size_t token_len, mcpauth_verify_done_fn done,
                                                                   void *userdata);

/**
 * @brief The response to an error that mcpauth_verify() gave.
 * @param verifier whose metadata the challenge names
 * @param err      the error
 * @param out      the response; to be freed
 * @return MCPAUTH_OK, or a mistake of the caller.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_error_response(const mcpauth_verifier *verifier, const mcpauth_error *err,
                                                  mcpauth_response **out);

/** @} */

/**
 * @defgroup responses Responses
 * @{
 */

/**
 * @brief The HTTP status.
 * @param response a response
 * @return The status; 500 for NULL.
 * @since 0.1.0
 */
MCPAUTH_API int mcpauth_response_status(const mcpauth_response *response);

/**
 * @brief How many header fields the response needs.
 *
 * Content-Length, Date and the like are not among them: the HTTP server adds those.
 *
 * @param response a response
 * @return Their number; 0 for NULL.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_response_header_count(const mcpauth_response *response);

/**
 * @brief A header field's name.
 * @param response a response
 * @param index    below mcpauth_response_header_count()
 * @return The name; empty beyond the last.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_response_header_name(const mcpauth_response *response, size_t index);

/**
 * @brief A header field's value.
 * @param response a response
 * @param index    below mcpauth_response_header_count()
 * @return The value; empty beyond the last.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_response_header_value(const mcpauth_response *response, size_t index);

/**
 * @brief All header fields as lines, "Name: value" and CR LF each: for hosts that write to the socket themselves.
 *
 * Content-Type is among them. The host writes the rest: "HTTP/1.1 401 " (a phrase may follow) before, and behind them
 * Content-Length, unless the status is 204 or the request was HEAD, and an empty line.
 *
 * @param response a response
 * @return The lines; empty where there are none.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_str mcpauth_response_head(const mcpauth_response *response);

/**
 * @brief The body, JSON.
 * @param response a response
 * @return The body; empty where there is none.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_response_body(const mcpauth_response *response);

/**
 * @brief Why the request is denied, for the operator's log and not for the client.
 * @param response a response
 * @return The error, borrowed from the response; NULL when the response is no denial.
 * @since 0.1.0
 */
MCPAUTH_API const mcpauth_error *mcpauth_response_error(const mcpauth_response *response);

/**
 * @brief Frees a response.
 * @param response a response; NULL does nothing
 * @since 0.1.0
 */
MCPAUTH_API void mcpauth_response_free(mcpauth_response *response);

/** @} */

/**
 * @defgroup errors Errors
 * @{
 */

/**
 * @brief The result the failed call returned.
 * @param err an error
 * @return The result; MCPAUTH_ERR_NULL_PARAMETER for NULL, never MCPAUTH_OK.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_error_result(const mcpauth_error *err);

/**
 * @brief The error's name in a response body, such as "invalid_issuer". It may be shown to clients.
 * @param err an error
 * @return The name; empty for NULL.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_error_code(const mcpauth_error *err);

/**
 * @brief What is wrong and how to fix it: for the developer and the operator, not for the client.
 * @param err an error
 * @return ASCII, no secret, no token; empty for NULL.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_error_message(const mcpauth_error *err);

/**
 * @brief The HTTP status that answers this error.
 * @param err an error
 * @return 400, 401, 403, 500 or 503; 500 for NULL.
 * @since 0.1.0
 */
MCPAUTH_API int mcpauth_error_http_status(const mcpauth_error *err);

/**
 * @brief Frees an error.
 * @param err an error; NULL does nothing
 * @since 0.1.0
 */
MCPAUTH_API void mcpauth_error_free(mcpauth_error *err);

/** @} */

/**
 * @defgroup authinfo Auth info
 * Who the caller is and what the token says.
 * @{
 */

/**
 * @brief The token itself. It is a secret: keep it out of logs.
 * @param info the caller
 * @return The token; empty for NULL.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_token(const mcpauth_authinfo *info);

/**
 * @brief Who issued the token (iss).
 * @param info the caller
 * @return The issuer; empty where a custom verifier named none.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_issuer(const mcpauth_authinfo *info);

/**
 * @brief Whom the token is about (sub), within its issuer.
 * @param info the caller
 * @return The subject; empty only where a missing one is allowed.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_subject(const mcpauth_authinfo *info);

/**
 * @brief The client the token was issued to (client_id, else azp, appid, cid).
 * @param info the caller
 * @return The client; may be empty.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_client_id(const mcpauth_authinfo *info);

/**
 * @brief When the token ends (exp).
 * @param info the caller
 * @return Seconds since 1970, UTC, a fraction cut off; 0: none.
 * @since 0.1.0
 */
MCPAUTH_API int64_t mcpauth_authinfo_expires_at(const mcpauth_authinfo *info);

/**
 * @brief Whether the request came without a token, for something public: see mcpauth_config_add_public_method().
 * @param info the caller
 * @return true for such a caller, who has no issuer, no subject, no scope and no claim. false also for NULL.
 * @since 0.2.0
 */
MCPAUTH_API bool mcpauth_authinfo_is_anonymous(const mcpauth_authinfo *info);

/**
 * @brief Issuer, subject and client in one text: who the caller is, whatever token was sent.
 *
 * To bind an MCP session to its caller there is mcpauth_session_bind().
 *
 * No two different callers have the same, and it stays the same when the client renews its token. Its form may change
 * with the library's version.
 *
 * @param info the caller
 * @return The text; empty for NULL.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_principal(const mcpauth_authinfo *info);

/**
 * @brief How many scopes the token carries.
 *
 * They come from scope, else scp, else scopes (a space-separated string or an array), and from the configured scope
 * claims. Each once, in the token's order.
 *
 * @param info the caller
 * @return Their number, without implied ones.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_authinfo_scope_count(const mcpauth_authinfo *info);

/**
 * @brief One of the token's scopes.
 * @param info  the caller
 * @param index below mcpauth_authinfo_scope_count()
 * @return The scope; empty beyond the last.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_scope_at(const mcpauth_authinfo *info, size_t index);

/**
 * @brief Whether the caller has a scope, be it in the token or implied by another.
 * @param info  the caller
 * @param scope the scope, compared byte for byte
 * @return false also where an argument is NULL.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_authinfo_has_scope(const mcpauth_authinfo *info, const char *scope);

/**
 * @brief How many audiences the token has (aud, a string or an array).
 * @param info the caller
 * @return Their number.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_authinfo_audience_count(const mcpauth_authinfo *info);

/**
 * @brief One of the token's audiences.
 * @param info  the caller
 * @param index below mcpauth_authinfo_audience_count()
 * @return The audience; empty beyond the last.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_audience_at(const mcpauth_authinfo *info, size_t index);

/**
 * @brief All claims as the JSON object the token carries.
 * @param info the caller
 * @return JSON; empty for NULL.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_claims_json(const mcpauth_authinfo *info);

/** What a claim is: one of mcpauth_claim_type_value. */
typedef uint32_t mcpauth_claim_type;

/** Every mcpauth_claim_type. */
enum mcpauth_claim_type_value {
  MCPAUTH_CLAIM_NONE = 0,    /**< there is no such claim */
  MCPAUTH_CLAIM_STRING = 1,  /**< a string */
  MCPAUTH_CLAIM_INTEGER = 2, /**< a number without fraction and exponent */
  MCPAUTH_CLAIM_NUMBER = 3,  /**< a number with a fraction or an exponent */
  MCPAUTH_CLAIM_BOOLEAN = 4, /**< true or false */
  MCPAUTH_CLAIM_ARRAY = 5,   /**< an array */
  MCPAUTH_CLAIM_OBJECT = 6,  /**< an object */
  MCPAUTH_CLAIM_NULL = 7     /**< null */
};

/**
 * @brief What the claim at a path is.
 *
 * A path is a name ("email"), names with dots between them ("realm_access.roles"), or a JSON Pointer (RFC 6901) where a
 * name holds a dot itself ("/https:~1~1example.com~1roles"). A number is an index into an array. The name {client}
 * stands for the token's client. Where there is no such claim, or it is of another type, the calls below give an empty
 * text, 0 or false.
 *
 * @param info the caller
 * @param path where the claim is
 * @return Its type; MCPAUTH_CLAIM_NONE where there is none.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_claim_type mcpauth_authinfo_claim_type(const mcpauth_authinfo *info, const char *path);

/**
 * @brief A claim that is a string.
 * @param info the caller
 * @param path as of mcpauth_authinfo_claim_type()
 * @return The string; empty where it is none.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_claim_string(const mcpauth_authinfo *info, const char *path);

/**
 * @brief A claim that is an integer.
 * @param info the caller
 * @param path as of mcpauth_authinfo_claim_type()
 * @param out  the value; 0 where it is none
 * @return Whether it is an integer that fits.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_authinfo_claim_integer(const mcpauth_authinfo *info, const char *path, int64_t *out);

/**
 * @brief A claim that is a number, integers included.
 * @param info the caller
 * @param path as of mcpauth_authinfo_claim_type()
 * @param out  the value; 0 where it is none
 * @return Whether it is a number.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_authinfo_claim_number(const mcpauth_authinfo *info, const char *path, double *out);

/**
 * @brief A claim that is true or false.
 * @param info the caller
 * @param path as of mcpauth_authinfo_claim_type()
 * @param out  the value; false where it is none
 * @return Whether it is a boolean.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_authinfo_claim_boolean(const mcpauth_authinfo *info, const char *path, bool *out);

/**
 * @brief The number of an array's elements or of an object's members.
 * @param info the caller
 * @param path as of mcpauth_authinfo_claim_type()
 * @return The number; 0 where it is neither.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_authinfo_claim_count(const mcpauth_authinfo *info, const char *path);

/**
 * @brief An array's element that is a string.
 * @param info  the caller
 * @param path  where the array is, as of mcpauth_authinfo_claim_type()
 * @param index below mcpauth_authinfo_claim_count()
 * @return The string; empty where it is none.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_authinfo_claim_string_at(const mcpauth_authinfo *info, const char *path, size_t index);

/**
 * @brief A claim as JSON text.
 * @param info   the caller
 * @param path   as of mcpauth_authinfo_claim_type()
 * @param buffer where the text goes; may be NULL if size is 0
 * @param size   of buffer: at most this many bytes are written, the last of them NUL
 * @return The length of the whole text without NUL: size or more means that it was cut off. 0: no such claim.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_authinfo_claim_json(const mcpauth_authinfo *info, const char *path, char *buffer,
                                               size_t size);

/**
 * @brief Another reference to the same auth info. Each is freed once; all outlive the verifier.
 * @param info the caller
 * @param out  the reference; to be freed
 * @return MCPAUTH_OK or MCPAUTH_ERR_NULL_PARAMETER.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_retain(const mcpauth_authinfo *info,
                                                                      mcpauth_authinfo **out);

/**
 * @brief Drops one reference.
 * @param info the caller; NULL does nothing
 * @since 0.1.0
 */
MCPAUTH_API void mcpauth_authinfo_free(mcpauth_authinfo *info);

/** @} */

/**
 * @defgroup sessions Sessions
 * MCP up to revision 2025-11-25 knows sessions: the server gives an id to the client, which sends it with each request.
 * Whoever learns the id must not get at the session with a token of his own (MCP security best practices, session
 * hijacking). Bound to its caller, an id is no secret, need not be random (a number that counts up will do), and needs no
 * table of who it belongs to.
 * @{
 */

/** A buffer of this size is large enough for every bound session id, with its NUL. */
#define MCPAUTH_SESSION_SIZE 192

/**
 * @brief Makes the Mcp-Session-Id for a session of this caller: the id, a dot, and a MAC over id and caller.
 *
 * The caller is issuer, subject and client, so that a renewed token goes on with the session. Anonymous callers cannot be
 * told from each other: for them what this makes is the secret.
 *
 * @param verifier       whose key the MAC is made with: its own random one, or mcpauth_config_set_session_key()
 * @param info           the caller
 * @param session_id     the host's own id of the session: visible ASCII, which may hold dots
 * @param session_id_len its length in bytes: 1 to 128
 * @param buffer         where the text goes, followed by a NUL; "" where the result is not MCPAUTH_OK
 * @param size           of buffer
 * @return MCPAUTH_OK; MCPAUTH_ERR_INVALID_ARGUMENT: it is no such id, or buffer is smaller than MCPAUTH_SESSION_SIZE and
 *         too small; MCPAUTH_ERR_INTERNAL: there was no randomness for a key.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_session_bind(const mcpauth_verifier *verifier,
                                                                   const mcpauth_authinfo *info, const char *session_id,
                                                                   size_t session_id_len, char *buffer, size_t size);

/**
 * @brief Whether a request's Mcp-Session-Id is of a session of this caller. Takes the same time wherever a MAC is wrong.
 *
 * Whether the session still exists is the host's to know, by its own id: the first *session_id_len bytes of value.
 *
 * @param verifier       the one that bound it, or one with the same session key and resource
 * @param info           who sends the request
 * @param value          the field's value
 * @param value_len      its length in bytes; 0: the request has none
 * @param session_id_len how much of value is the host's own id; 0 where the result is not MCPAUTH_OK; may be NULL
 * @param denial         as of mcpauth_authorize(); may be NULL
 * @return MCPAUTH_OK; MCPAUTH_ERR_SESSION_NOT_FOUND (404, at which clients begin a new session): it is another caller's,
 *         was made up, or was bound with another key; MCPAUTH_ERR_INVALID_REQUEST (400): there is none.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_session_check(const mcpauth_verifier *verifier,
                                                                    const mcpauth_authinfo *info, const char *value,
                                                                    size_t value_len, size_t *session_id_len,
                                                                    mcpauth_response **denial);

/** @} */

/**
 * @defgroup verifier The verifier
 * @{
 */

/**
 * @brief Makes a verifier from a snapshot of a configuration, which can be changed or freed afterwards.
 *
 * No network is used.
 *
 * @param config the configuration
 * @param out    the verifier; to be freed
 * @param err    the reason, when the result is not MCPAUTH_OK; may be NULL; to be freed
 * @return MCPAUTH_OK; MCPAUTH_ERR_INVALID_CONFIG (no issuer, two sources of keys for one issuer, ...); or the first
 *         failure of a setter.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verifier_new(const mcpauth_config *config, mcpauth_verifier **out,
                                                                   mcpauth_error **err);

/**
 * @brief Another reference to the same verifier. Each is freed once.
 * @param verifier the verifier
 * @param out      the reference; to be freed
 * @return MCPAUTH_OK or MCPAUTH_ERR_NULL_PARAMETER.
 * @since 0.1.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verifier_retain(const mcpauth_verifier *verifier,
                                                                      mcpauth_verifier **out);

/**
 * @brief Drops one reference.
 *
 * Dropping the last ends what is under way: a fetch is cancelled, and mcpauth_verify_async() and
 * mcpauth_authorize_async() calls that wait for it are completed with MCPAUTH_ERR_KEYS_UNAVAILABLE on a thread of the
 * library, perhaps after this returned. It returns within 100 ms, whatever the network does.
 *
 * @param verifier the verifier; NULL does nothing
 * @since 0.1.0
 */
MCPAUTH_API void mcpauth_verifier_free(mcpauth_verifier *verifier);

/**
 * @brief Fetches the keys of all issuers now, all at the same time, unless they are at hand and fresh, and waits for
 * them.
 *
 * A server that calls this before it listens has no slow first request. The verifier can be used whatever the result:
 * it asks again.
 *
 * @param verifier the verifier
 * @param err      the reason, when the keys of some issuer could not be had; may be NULL; to be freed
 * @return MCPAUTH_OK, MCPAUTH_ERR_KEYS_UNAVAILABLE, MCPAUTH_ERR_METADATA_UNAVAILABLE, MCPAUTH_ERR_METADATA_INVALID or
 *         MCPAUTH_ERR_JWKS_URI_MISSING.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_verifier_prefetch(const mcpauth_verifier *verifier, mcpauth_error **err);

/**
 * @brief What a verifier did so far, to be exported to a monitoring system.
 *
 * Start from MCPAUTH_STATS_INIT. Later versions add members at the end.
 */
typedef struct mcpauth_stats {
  size_t size; /**< sizeof(mcpauth_stats) */

  /* tokens and requests, by how they were answered */
  uint64_t accepted;    /**< MCPAUTH_OK */
  uint64_t denied;      /**< 400, 401, 403 */
  uint64_t unavailable; /**< 503: the issuer's side cannot be reached */
  uint64_t broken;      /**< 500: the configuration, or what the issuer publishes, is unusable */
  uint64_t would_block; /**< MCPAUTH_WOULD_BLOCK */
  uint64_t cache_hits;  /**< tokens that had been verified before */

  /* over all issuers; verifiers that share keys share these numbers */
  uint64_t fetches;              /**< of keys, with their metadata where needed */
  uint64_t fetch_failures;       /**< those of them that brought no keys */
  uint64_t http_requests;        /**< for metadata and keys */
  uint64_t issuers;              /**< configured */
  uint64_t issuers_without_keys; /**< for which no key is at hand now */
  uint64_t keys;                 /**< usable ones at hand now */
  int64_t oldest_keys_ms;        /**< since the keys that are longest unconfirmed were fetched; -1: none were fetched */
} mcpauth_stats;

/** An mcpauth_stats with its size set. */
#ifdef __cplusplus
#define MCPAUTH_STATS_INIT {sizeof(mcpauth_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define MCPAUTH_STATS_INIT {.size = sizeof(mcpauth_stats)}
#endif

/**
 * @brief What the verifier did so far.
 *
 * No lock is taken while tokens are verified, so the numbers are a moment's.
 *
 * @param verifier the verifier
 * @param stats    filled in; its size has to be set
 * @return MCPAUTH_OK, or a mistake of the caller.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_verifier_stats(const mcpauth_verifier *verifier, mcpauth_stats *stats);

/**
 * @brief How often the verifier gave this result for a token or a request.
 * @param verifier the verifier
 * @param result   any result
 * @return The count; 0 for a number that is no result.
 * @since 0.1.0
 */
MCPAUTH_API uint64_t mcpauth_verifier_result_count(const mcpauth_verifier *verifier, mcpauth_result result);

/** @} */

/**
 * @defgroup config Configuration
 * A configuration is for one protected resource. Leaving something out gives the strict behaviour; what weakens it has
 * dangerous in its name (one exception, mcpauth_issuer_allow_http_on_loopback(), cannot reach beyond the machine).
 *
 * A setter that fails leaves the configuration unusable: the first failure is kept, mcpauth_config_error() shows it and
 * mcpauth_verifier_new() returns it. So a chain of setters whose results nobody read never ends in a weaker verifier.
 *
 * All settings with what holds without them, of one configuration (the calls begin with mcpauth_config_):
 *
 * | call | unless called | range | since |
 * |---|---|---|---|
 * | add_issuer | none: no verifier is made, unless there is a custom verifier | 1000 issuers | 0.1.0 |
 * | add_audience | the resource | 100 of 2048 bytes | 0.1.0 |
 * | ignore_root_slash | audiences are compared byte for byte | | 0.1.0 |
 * | add_allowed_client | any client | 1000 | 0.1.0 |
 * | add_required_claim | none | 100 paths | 0.1.0 |
 * | add_required_scope | none | 1000 | 0.1.0 |
 * | add_scope_claim | scope, scp, scopes | 100 paths | 0.1.0 |
 * | add_scope_implication | none | 1000 | 0.1.0 |
 * | add_tool_scope, add_prompt_scope | the required scopes | 10000 of all four | 0.1.0 |
 * | add_resource_scope, add_method_scope | the required scopes | 10000 of all four | 0.1.0 |
 * | add_resource_template_scope | the required scopes | 1000 templates | 0.2.0 |
 * | require_tool_rules | a tool without a rule needs the required scopes alone | | 0.2.0 |
 * | add_public_method, add_public_tool | nothing without a token | 10000 of both | 0.2.0 |
 * | set_operation_check | none | | 0.2.0 |
 * | add_parameter_header | Mcp-Param-* is the host's | 1000 | 0.2.0 |
 * | set_challenge_scopes | MCPAUTH_CHALLENGE_REQUIRED | one of mcpauth_challenge_scopes | 0.2.0 |
 * | add_allowed_origin | the resource's own; on loopback every loopback origin | 1000 | 0.2.0 |
 * | allow_any_origin | as add_allowed_origin | | 0.2.0 |
 * | add_allowed_host | any; on loopback loopback hosts | 1000 | 0.2.0 |
 * | disable_cross_origin_headers | browsers may read metadata, denials and preflights | | 0.2.0 |
 * | set_scope_request_name | a scope is asked for by its name | | 0.1.0 |
 * | add_advertised_scope | the required scopes and those of the operations | 1000 | 0.1.0 |
 * | set_resource_metadata_json | none | 1 MiB | 0.1.0 |
 * | set_metadata_url | the well-known URL of the resource | | 0.2.0 |
 * | serve_metadata_at_root | at the resource's own path only | | 0.1.0 |
 * | serve_authorization_server_metadata_json | not served | 1 MiB | 0.1.0 |
 * | set_session_key | a random one for each verifier | 32 to 1024 bytes | 0.2.0 |
 * | set_leeway_seconds | 60 | 0 to 300 | 0.1.0 |
 * | set_show_error_details | false | | 0.1.0 |
 * | require_rfc9068 | any access token | | 0.1.0 |
 * | set_max_token_age_seconds | exp alone | above 0 | 0.1.0 |
 * | set_token_cache | 1000 entries, 8 MiB, 300 s | 0 (off) to 1000000 entries | 0.1.0 |
 * | set_clock | the system's clock | | 0.1.0 |
 * | set_fetch | libcurl | | 0.1.0 |
 * | set_log | nothing is logged | one of mcpauth_log_level_value | 0.1.0 |
 * | set_log_queue | as set_log | one of mcpauth_log_level_value | 0.2.0 |
 * | set_custom_verifier | tokens are JWTs | | 0.1.0 |
 * | dangerous_allow_missing_audience | aud is required | | 0.1.0 |
 * | dangerous_disable_audience_check | aud has to name this resource | | 0.1.0 |
 * | dangerous_allow_missing_expiry | exp is required | | 0.1.0 |
 * | dangerous_allow_missing_subject | sub is required | | 0.1.0 |
 * | dangerous_disable_token_type_check | access tokens only | | 0.1.0 |
 *
 * And of one issuer (the calls begin with mcpauth_issuer_):
 *
 * | call | unless called | range | since |
 * |---|---|---|---|
 * | set_jwks_uri, set_jwks_json, set_jwks_file | discovery at the issuer | one of these five | 0.1.0 |
 * | set_metadata_json, set_metadata_url | discovery at the issuer | one of these five | 0.1.0 |
 * | set_metadata_issuer | the issuer, or its first tenant template | | 0.1.0 |
 * | set_metadata_transform | metadata is taken as it is | | 0.1.0 |
 * | add_public_key_pem, add_shared_secret | none | 100 keys | 0.1.0 |
 * | set_algorithms | all asymmetric ones, and those of shared secrets | | 0.1.0 |
 * | allow_http_on_loopback | https only | | 0.1.0 |
 * | dangerous_allow_http | https only | | 0.2.0 |
 * | add_alias | the issuer's own name | 100 | 0.1.0 |
 * | ignore_trailing_slash | names are compared byte for byte | | 0.1.0 |
 * | add_tenant_template | the issuer's own name | 4 | 0.1.0 |
 * | add_tenant | no tenant | 1000 | 0.1.0 |
 * | set_ca_file, set_ca_directory | the system's authorities | | 0.1.0 |
 * | set_proxy | the environment's | | 0.1.0 |
 * | set_fetch_timeout_ms | 5000 | 100 to 60000 | 0.1.0 |
 * | set_connect_timeout_ms | 3000 | 50 to 60000 | 0.1.0 |
 * | set_cooldown_seconds | 30 | 1 to 3600 | 0.1.0 |
 * | set_key_lifetime_seconds | 600 unless stated, at most 86400 | 1 to 86400 | 0.1.0 |
 * | set_max_stale_seconds | 86400 | 1 to 604800 | 0.1.0 |
 * @{
 */

/**
 * @brief Makes a configuration for one protected resource.
 *
 * A bad resource still gives one, whose error says why, and no verifier is ever made from it.
 *
 * @param resource this server's identifier (RFC 8707, RFC 9728): its public URL, https, or http on a loopback host
 *                 (127.0.0.1, [::1], localhost); at most 2048 bytes; no user, query or fragment; in normal form (RFC
 *                 3986 section 6.2.2: host in lower case, no default port, no dot segments, escapes such as %3A in
 *                 upper case and only where needed), in which clients compare it: the error names the normal form. It
 *                 is the audience that tokens must name, unless others are added; the case of an audience's scheme and
 *                 host does not count.
 * @param out      the configuration; to be freed
 * @return MCPAUTH_OK, or what is wrong with the resource.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_new(const char *resource, mcpauth_config **out);

/**
 * @brief Makes a configuration for a resource whose URL is http on any host, such as a device in a private network.
 *
 * Whoever can listen there reads every token and can use it until it expires. As no TLS keeps a page that rebinds its
 * name from such a server, mcpauth_handle() judges the Host field: the resource's own host, or one added with
 * mcpauth_config_add_allowed_host(). MCP clients accept such a resource at their own discretion.
 *
 * @param resource as of mcpauth_config_new(), http or https
 * @param out      the configuration; to be freed
 * @return MCPAUTH_OK, or what is wrong with the resource.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_dangerous_new_with_http_resource(const char *resource, mcpauth_config **out);

/**
 * @brief Frees a configuration, and with it its issuers.
 *
 * Verifiers made from it stay.
 *
 * @param config the configuration; NULL does nothing
 * @since 0.1.0
 */
MCPAUTH_API void mcpauth_config_free(mcpauth_config *config);

/**
 * @brief The first failure of a setter on this configuration or one of its issuers.
 * @param config the configuration
 * @return The error, borrowed from the configuration; NULL when no setter failed.
 * @since 0.1.0
 */
MCPAUTH_API const mcpauth_error *mcpauth_config_error(const mcpauth_config *config);

/**
 * @brief Trusts an authorization server.
 *
 * Its tokens' iss must be this text byte for byte (RFC 9068 section 4, RFC 8414 section 3.3). Unless its keys are set,
 * its metadata is discovered over https at first use (RFC 8414, OpenID Connect Discovery). Adding the same issuer twice
 * fails.
 *
 * @param config the configuration
 * @param issuer its issuer identifier: an https URL without user, query or fragment, at most 2048 bytes. An http URL is
 *               accepted too, because a few products put one in their tokens; nothing is fetched over http unless
 *               mcpauth_issuer_allow_http_on_loopback() or mcpauth_issuer_dangerous_allow_http() says so.
 * @param out    where its keys and algorithms can be set; borrowed from the configuration; may be NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_issuer(mcpauth_config *config, const char *issuer, mcpauth_issuer **out);

/**
 * @brief Accepts tokens for this audience (RFC 7519 section 4.1.3).
 *
 * One of the token's aud must be this text byte for byte. Once one is added, the resource itself is accepted only if it
 * is added too. Up to 100; duplicates fail, and so does `account`, which Keycloak puts into every token of a realm.
 *
 * @param config   the configuration
 * @param audience the audience
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_audience(mcpauth_config *config, const char *audience);

/**
 * @brief Takes `https://host` and `https://host/` for the same audience, as RFC 3986 section 6.2.3 does.
 *
 * With a path, a trailing slash still makes another audience.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_ignore_root_slash(mcpauth_config *config);

/**
 * @brief Accepts only tokens issued to this client, or to another one added so.
 *
 * A condition beside the audience. Up to 1000.
 *
 * @param config    the configuration
 * @param client_id compared byte for byte with client_id, else azp, appid, cid
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_allowed_client(mcpauth_config *config, const char *client_id);

/**
 * @brief Accepts tokens without any aud, such as Amazon Cognito's access tokens.
 *
 * A token that has one is still judged by it. The allowed clients then are what tells our tokens from those of other
 * services of the same issuer: without one, mcpauth_verifier_new() fails.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_dangerous_allow_missing_audience(mcpauth_config *config);

/**
 * @brief Accepts only tokens whose claim at path has this value, such as "token_use", "access".
 *
 * A string is compared byte for byte, a number or boolean by its JSON text, and an array has to hold such a member. A
 * second value for the same path is an alternative. Up to 100 paths.
 *
 * @param config the configuration
 * @param path   as of mcpauth_authinfo_claim_type()
 * @param value  the value, as text
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_required_claim(mcpauth_config *config, const char *path,
                                                             const char *value);

/**
 * @brief Requires a scope of every token (RFC 6749 section 3.3).
 *
 * All of those added are required. Up to 1000.
 *
 * @param config the configuration
 * @param scope  one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_required_scope(mcpauth_config *config, const char *scope);

/**
 * @brief Takes scopes also from the claim at path, beside scope, scp and scopes.
 *
 * "permissions" (Auth0), "realm_access.roles", "resource_access.{client}.roles" (Keycloak): a string of words or an
 * array of strings. Up to 100.
 *
 * @param config the configuration
 * @param path   as of mcpauth_authinfo_claim_type()
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_scope_claim(mcpauth_config *config, const char *path);

/**
 * @brief Says that whoever has a scope also has another, and what that implies in turn.
 *
 * Up to 1000.
 *
 * @param config  the configuration
 * @param scope   the wider scope
 * @param implied the one it implies
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_scope_implication(mcpauth_config *config, const char *scope,
                                                                const char *implied);

/**
 * @brief Requires a scope for calling a tool, beside the required ones.
 *
 * Several calls for one tool add up. mcpauth_authorize() then reads the request's body, and answers a missing scope
 * with 403 and all scopes the request needs. Names are compared byte for byte. Up to 10,000 in all.
 *
 * Once a scope of any operation is set, a request whose body cannot be read is refused with MCPAUTH_ERR_INVALID_REQUEST
 * (400): it is larger than 4 MiB, nested deeper than 512 or of more than 100,000 values, is not strict JSON, or spells
 * a name so that parsers differ on it ("Method", a NUL).
 *
 * @param config the configuration
 * @param tool   the tool's name
 * @param scope  one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_tool_scope(mcpauth_config *config, const char *tool, const char *scope);

/**
 * @brief Refuses every tool that no rule names, so that a tool that is added later is not open by accident.
 *
 * Such a call is answered with MCPAUTH_ERR_OPERATION_NOT_ALLOWED (403, without a challenge, as no scope would help), and
 * mcpauth_may_call_tool() says no. A rule is mcpauth_config_add_tool_scope() or mcpauth_config_add_public_tool(): a tool
 * for every caller gets a rule with a scope that all of them have, such as a required one.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_require_tool_rules(mcpauth_config *config);

/**
 * @brief Requires a scope for getting a prompt and completing its arguments: see mcpauth_config_add_tool_scope().
 * @param config the configuration
 * @param prompt the prompt's name
 * @param scope  one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_prompt_scope(mcpauth_config *config, const char *prompt,
                                                           const char *scope);

/**
 * @brief Requires a scope for reading a resource, subscribing to it (resources/subscribe, subscriptions/listen),
 * unsubscribing and completing its arguments: see mcpauth_config_add_tool_scope().
 *
 * The URI may be spelled in any way (other escapes, a slash more, a query); a rule of the very URI that is asked for goes
 * before rules of templates. Once there is a rule for a resource or a template, a request for a URI that hosts read
 * differently is refused with MCPAUTH_ERR_INVALID_REQUEST, unless there is a rule of this very URI: one with a segment
 * "." or "..", with escapes of a NUL or of what is not UTF-8, or with a scheme or host that is not in normal form.
 *
 * @param config the configuration
 * @param uri    its exact URI; for a URI template there is mcpauth_config_add_resource_template_scope()
 * @param scope  one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_resource_scope(mcpauth_config *config, const char *uri,
                                                             const char *scope);

/**
 * @brief Requires a scope for each resource of a URI template (RFC 6570): for reading, subscribing, unsubscribing, and
 * for completing the template's arguments. See mcpauth_config_add_resource_scope().
 *
 * As MCP SDKs look for a resource, a rule of the exact URI goes before templates, and of several templates the one with
 * the longest literal text counts; all of them count where they are equally long, and where the URI is spelled so that
 * hosts differ on what it is. A template matches whatever some MCP SDK would let it match:
 *
 * | expression | stands for |
 * |---|---|
 * | {id}, {a,b}, {;id} | any text without a slash, none included |
 * | {/id}, {.id} | the same behind a slash or a dot |
 * | {+path}, {\#path}, {path*} | any text |
 * | {/path*}, {/a,b}, {.path*} | any text that begins with a slash or a dot, or none |
 * | {?q}, {&q}, and what follows a "?" | nothing: a query is not compared |
 *
 * Of two expressions that stand for any text, and of all between them, any text is taken. An escaped slash (%2F) counts
 * as one and as none. Up to 1000 templates.
 *
 * @param config       the configuration
 * @param uri_template such as "docs://{id}/data", as the server lists it
 * @param scope        one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_resource_template_scope(mcpauth_config *config, const char *uri_template,
                                                                      const char *scope);

/**
 * @brief Requires a scope for a JSON-RPC method, whatever it names: see mcpauth_config_add_tool_scope().
 * @param config the configuration
 * @param method such as "tools/call"
 * @param scope  one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_method_scope(mcpauth_config *config, const char *method,
                                                           const char *scope);

/**
 * @brief Lets a method be called without a token, as an anonymous caller (mcpauth_authinfo_is_anonymous()).
 *
 * A request that brings a token is judged by it all the same: a bad one still gets its 401. What a scope is needed for is
 * not public, whatever this says. Each message of a batch has to be public.
 *
 * @param config the configuration
 * @param method such as "initialize" or "tools/list"
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_public_method(mcpauth_config *config, const char *method);

/**
 * @brief Lets a tool be called without a token: see mcpauth_config_add_public_method().
 * @param config the configuration
 * @param tool   its exact name
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_public_tool(mcpauth_config *config, const char *tool);

/**
 * @brief Releases userdata: runs exactly once, after the last object that needs userdata is gone, and never if the call
 * that took it failed. May run on a thread of the library.
 *
 * That may be after mcpauth_verifier_free() has returned, as a fetch may still end and say so to the log. Until then the
 * callback may run; where there is no destroy, what it needs has to stay for good.
 */
typedef void (*mcpauth_destroy_fn)(void *userdata);

/**
 * @brief The host's own judgement of what a caller asks for, by its arguments.
 *
 * Called once for each JSON-RPC message of a request by mcpauth_handle() and mcpauth_authorize(), after the token was
 * verified and before its scopes are judged: the scopes added to needed are asked for together with all others, in one
 * challenge. Everything passed is valid during the call.
 *
 * @param userdata    what was given beside the function
 * @param info        the caller, whose scopes may not be enough yet; maybe anonymous
 * @param method      the JSON-RPC method
 * @param name        the tool, prompt, resource or task it is about; empty where that is none, or several
 * @param params_json params as JSON, each name once; empty where there are none
 * @param needed      for mcpauth_scope_list_add()
 * @return MCPAUTH_OK: the caller may, given the scopes needed; MCPAUTH_ERR_OPERATION_NOT_ALLOWED: not this caller (403);
 *         MCPAUTH_ERR_CALLBACK_FAILED: it cannot be said now (503). Anything else is answered with 500.
 */
typedef mcpauth_result (*mcpauth_operation_fn)(void *userdata, const mcpauth_authinfo *info, mcpauth_str method,
                                               mcpauth_str name, mcpauth_str params_json, mcpauth_scope_list *needed);

/**
 * @brief Judges operations by their arguments: a limit on an amount, a path below the caller's folder.
 *
 * The host has to pass the body of each request. mcpauth_may_call_tool() and its like do not ask the check, as they know
 * no arguments.
 *
 * @param config   the configuration
 * @param fn       the check; may run on several threads at once
 * @param userdata passed to it
 * @param destroy  runs once, after the last object that needs userdata is gone, and never where this call fails; may be
 *                 NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_operation_check(mcpauth_config *config, mcpauth_operation_fn fn,
                                                              void *userdata, mcpauth_destroy_fn destroy);

/**
 * @brief Asks for a scope: for an operation check.
 * @param list  the check's list
 * @param scope one scope
 * @return MCPAUTH_OK; MCPAUTH_ERR_NULL_PARAMETER; MCPAUTH_ERR_INVALID_ARGUMENT: no scope; MCPAUTH_ERR_INVALID_CONFIG: more
 *         than 1000. After a failure the request is answered with 500 whatever the check returns.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_scope_list_add(mcpauth_scope_list *list, const char *scope);

/**
 * @brief Says that clients repeat a tool's parameter in a header field (x-mcp-header; MCP 2026-07-28): mcpauth_handle()
 * refuses a call where the two differ.
 * @param config    the configuration
 * @param tool      the tool's exact name
 * @param parameter where it lies in the arguments: "region", "target.zone", or a JSON Pointer
 * @param header    what stands behind "Mcp-Param-", as x-mcp-header says it
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_parameter_header(mcpauth_config *config, const char *tool,
                                                               const char *parameter, const char *header);

/** @brief Which scopes a 401 asks for; a 403 always asks for all that the operation needs. Since 0.2.0. */
enum mcpauth_challenge_scopes {
  MCPAUTH_CHALLENGE_REQUIRED = 0,  /**< the required scopes */
  MCPAUTH_CHALLENGE_OPERATION = 1, /**< and those of the operation, where the body can be read */
  MCPAUTH_CHALLENGE_ADVERTISED = 2 /**< all of scopes_supported */
};

/**
 * @brief Chooses the scopes that a 401 asks for.
 *
 * Clients log in with the scopes of the first challenge only, so that fewer mean less consent at first, and a step-up
 * later.
 *
 * @param config the configuration
 * @param which  one of mcpauth_challenge_scopes
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_challenge_scopes(mcpauth_config *config, uint32_t which);

/**
 * @brief Lets web pages of another origin use this server (mcpauth_handle()).
 * @param config the configuration
 * @param origin as browsers send it: "https://app.example.com", with a port where it is not the scheme's; not "null",
 *               which anybody's page can be
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_allowed_origin(mcpauth_config *config, const char *origin);

/**
 * @brief Lets web pages of any origin use this server, which they can only with a token of their own.
 *
 * Not for a server on loopback or inside a network: every page that somebody there looks at could talk to it.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_allow_any_origin(mcpauth_config *config);

/**
 * @brief Names a host by which clients reach this server beside the resource's own; then no other is accepted
 * (mcpauth_handle()).
 * @param config the configuration
 * @param host   a name or an address, as Host has it: "mcp.internal", for any port, or "mcp.internal:8443"
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_allowed_host(mcpauth_config *config, const char *host);

/**
 * @brief Says how clients have to ask for a scope, where that is not its name in the token.
 *
 * Entra ID wants "api://app-id/read" and issues "read". Used in challenges and in the metadata.
 *
 * @param config       the configuration
 * @param scope        the scope as tokens carry it
 * @param request_name how to ask for it
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_scope_request_name(mcpauth_config *config, const char *scope,
                                                                 const char *request_name);

/**
 * @brief Publishes a scope in scopes_supported of the metadata.
 *
 * Once one is added, only those added are published; otherwise the required scopes and those of the operations are.
 *
 * @param config the configuration
 * @param scope  one scope
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_add_advertised_scope(mcpauth_config *config, const char *scope);

/**
 * @brief Adds members to the protected resource metadata (RFC 9728 section 2).
 *
 * A JSON object with resource_name, resource_documentation, resource_policy_uri, resource_tos_uri, jwks_uri,
 * resource_signing_alg_values_supported, authorization_details_types_supported, signed_metadata, or members of other
 * specifications. What other calls set cannot be set here. A second call replaces the first.
 *
 * @param config the configuration
 * @param json   the object; at most 1 MiB
 * @param len    its length in bytes
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_resource_metadata_json(mcpauth_config *config, const char *json,
                                                                     size_t len);

/**
 * @brief Answers for the metadata at "/.well-known/oauth-protected-resource" too, though the resource has a path.
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_serve_metadata_at_root(mcpauth_config *config);

/**
 * @brief Publishes the metadata at this URL, for a server behind a gateway that strips what its path begins with.
 *
 * Clients are told this URL in every challenge (resource_metadata) and read it there. mcpauth_well_known() and
 * mcpauth_handle() answer for its path, and for what is left of it where the gateway strips segments that the resource's
 * path begins with, too; and for the path they answer for anyway, where clients look that were not told.
 *
 * For the resource "https://api.example.com/tools/mcp", of which a gateway that strips "/tools" leaves "/mcp":
 * "https://api.example.com/tools/.well-known/oauth-protected-resource".
 *
 * @param config the configuration
 * @param url    an https URL (http where the resource is http) with a path, in normal form, without a query; at most
 *               2048 bytes
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_metadata_url(mcpauth_config *config, const char *url);

/**
 * @brief Leaves the fields Access-Control-* out of every response, for a host with a CORS policy of its own.
 *
 * mcpauth_handle() does not answer preflights then either: answer them before it is called, as they bring no token.
 *
 * Otherwise scripts of any origin may read the metadata and every denial: clients in browsers need the status, the
 * challenge and Retry-After.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_disable_cross_origin_headers(mcpauth_config *config);

/**
 * @brief Serves an authorization server's metadata (RFC 8414) at "/.well-known/oauth-authorization-server".
 *
 * For clients of MCP revision 2025-03-26, which look for it at the resource. Its issuer has to be one that was added.
 *
 * @param config the configuration
 * @param json   the metadata; at most 1 MiB
 * @param len    its length in bytes
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_serve_authorization_server_metadata_json(mcpauth_config *config,
                                                                                   const char *json, size_t len);

/**
 * @brief Sets the key that sessions are bound to their callers with, so that several processes, and the same one after a
 * restart, know each other's sessions: see mcpauth_session_bind().
 *
 * Unless set, each verifier has a random key; the children of a fork share their parent's. The key is copied, and wiped
 * with the last object that needs it. A second call replaces the first: sessions bound before are not found any more.
 *
 * @param config the configuration
 * @param key    a secret from a random generator
 * @param len    its length in bytes: 32 to 1024
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_session_key(mcpauth_config *config, const char *key, size_t len);

/**
 * @brief Sets how far clocks may differ when exp, nbf and iat are judged.
 * @param config  the configuration
 * @param seconds 60 unless set; at most 300
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_leeway_seconds(mcpauth_config *config, uint32_t seconds);

/**
 * @brief Adds a `cause` member to the body of 400, 401 and 403 responses, which tells the client why.
 *
 * Meant for development, as it describes the configuration to whoever asks.
 *
 * @param config the configuration
 * @param show   false unless set
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_show_error_details(mcpauth_config *config, bool show);

/**
 * @brief Accepts tokens that were issued for any other resource, or for none.
 *
 * Any service that ever receives such a token can then use it here. MCP forbids this (authorization, token audience
 * binding).
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_dangerous_disable_audience_check(mcpauth_config *config);

/**
 * @brief Accepts tokens without exp, which stay good for ever if they leak.
 *
 * A token that has one is judged by it all the same.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_dangerous_allow_missing_expiry(mcpauth_config *config);

/**
 * @brief Accepts tokens without sub, such as Keycloak's lightweight ones.
 *
 * Their callers cannot be told apart by subject.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_dangerous_allow_missing_subject(mcpauth_config *config);

/**
 * @brief Accepts whatever the issuer signs: refresh, ID and logout tokens too.
 *
 * Unless called, a token's typ has to be absent, JWT or at+jwt (also as application/...), and what calls itself another
 * kind of token in a claim is refused (token_use, token_type, typ, events; RFC 8725 section 3.11).
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_dangerous_disable_token_type_check(mcpauth_config *config);

/**
 * @brief Accepts only access tokens of the RFC 9068 profile.
 *
 * typ is at+jwt (or application/at+jwt), and exp, aud, sub, client_id, iat and jti are there.
 *
 * @param config the configuration
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_require_rfc9068(mcpauth_config *config);

/**
 * @brief Refuses tokens issued (iat) longer ago than this, whatever their exp says, and those without iat.
 * @param config  the configuration
 * @param seconds above 0
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_max_token_age_seconds(mcpauth_config *config, uint32_t seconds);

/**
 * @brief Sets the bounds of the token cache.
 *
 * Caches verified tokens: a repeated token costs about a hundredth of a first verification. A verifier has a cache of
 * 1000 entries, 8 MiB and 300 seconds unless set.
 *
 * Only accepted tokens are kept, each under all of its bytes, and only for as long as verifying it again would say the
 * same: until exp, while the issuer's key set stays the same, and never longer than max_age_seconds. The clock is asked
 * at each use. What a custom verifier accepts is never kept. When the cache is full, tokens that were used once go
 * before those that clients come back with.
 *
 * An entry of a token of 900 bytes takes some 5 KiB, plus 136 bytes for each processor beyond the second, up to 16;
 * max_bytes is compared with a conservative estimate of all of this.
 *
 * @param config          the configuration
 * @param max_entries     at most 1000000; 0: no cache
 * @param max_bytes       above 0
 * @param max_age_seconds above 0
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_token_cache(mcpauth_config *config, size_t max_entries, size_t max_bytes,
                                                          uint32_t max_age_seconds);

/**
 * @brief The time: seconds since 1970, UTC.
 *
 * May run on several threads at once. 0 or less means that the time is not known: nothing is accepted then
 * (MCPAUTH_ERR_INTERNAL).
 */
typedef int64_t (*mcpauth_clock_fn)(void *userdata);

/**
 * @brief Takes the time for exp, nbf and iat from fn instead of the system.
 *
 * Durations (timeouts, cooldowns) never use it. A second call replaces the first.
 *
 * @param config   the configuration
 * @param fn       the clock
 * @param userdata passed to fn
 * @param destroy  releases userdata; may be NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_clock(mcpauth_config *config, mcpauth_clock_fn fn, void *userdata,
                                                    mcpauth_destroy_fn destroy);

/** @} */

/**
 * @defgroup keys An issuer's keys At most one of jwks_uri, jwks_json, jwks_file, metadata_json and metadata_url; PEM
 * keys and secrets can be combined with each other and with jwks_json or jwks_file. With none of them, the issuer's
 * metadata is looked for where RFC 8414 and OpenID Connect Discovery put it, and its keys where the metadata says, when
 * first needed.
 *
 * Keys that are fetched are kept for as long as the answer's Cache-Control or Expires says, within bounds, and
 * refreshed in the background before that ends. While a refresh fails, the keys at hand go on being used, within a
 * bound. A token whose key is at hand never waits. All verifiers of one process with the same settings of an issuer
 * share its keys.
 * @{
 */

/**
 * @brief Fetches the key set (RFC 7517) from this URL, without discovery.
 * @param issuer the issuer
 * @param uri    an https URL, which may be on another host than the issuer
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_jwks_uri(mcpauth_issuer *issuer, const char *uri);

/**
 * @brief Takes the key set (RFC 7517) from a text.
 *
 * Keys that cannot be used (unknown type, encryption keys, weak keys) are skipped; none left is an error that says why
 * each was skipped.
 *
 * @param issuer the issuer
 * @param json   the key set; at most 1 MiB
 * @param len    its length in bytes
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_jwks_json(mcpauth_issuer *issuer, const char *json, size_t len);

/**
 * @brief Takes the key set (RFC 7517) from a file, which is read now and not again.
 *
 * Its keys are judged as by mcpauth_issuer_set_jwks_json().
 *
 * @param issuer the issuer
 * @param path   the file
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_jwks_file(mcpauth_issuer *issuer, const char *path);

/**
 * @brief Why keys of the set given by mcpauth_issuer_set_jwks_json() or mcpauth_issuer_set_jwks_file() were skipped,
 * for the operator.
 * @param issuer the issuer
 * @return The reasons, valid until the next call on the issuer; empty: none was skipped.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_issuer_skipped_keys(const mcpauth_issuer *issuer);

/**
 * @brief Takes the issuer's metadata (RFC 8414) from a text, and fetches its keys from the jwks_uri in it.
 * @param issuer the issuer
 * @param json   the metadata; at most 1 MiB
 * @param len    its length in bytes
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_metadata_json(mcpauth_issuer *issuer, const char *json, size_t len);

/**
 * @brief Fetches the issuer's metadata from this URL instead of the well-known ones.
 * @param issuer the issuer
 * @param url    an https URL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_metadata_url(mcpauth_issuer *issuer, const char *url);

/**
 * @brief Says what `issuer` in the metadata has to be, byte for byte.
 *
 * For a provider that does not publish the identifier that its tokens carry (RFC 8414 section 3.3 asks it to). Unless
 * set: the issuer, or its first tenant template.
 *
 * @param issuer          the issuer
 * @param metadata_issuer the identifier that is published
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_metadata_issuer(mcpauth_issuer *issuer, const char *metadata_issuer);

/** Where a callback puts text; valid during the callback only. */
typedef struct mcpauth_buffer mcpauth_buffer;

/**
 * @brief Copies a piece of text to the end of a buffer.
 * @param buffer the buffer
 * @param data   the text
 * @param len    its length in bytes
 * @return MCPAUTH_OK; MCPAUTH_ERR_INVALID_ARGUMENT when there is more than 1 MiB in all, and the buffer then counts for
 *         nothing.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_buffer_append(mcpauth_buffer *buffer, const char *data, size_t len);

/**
 * @brief Makes usable metadata out of what a provider publishes.
 *
 * json is the document as it was fetched, followed by a NUL; what is appended to out takes its place. Runs on a thread
 * of the library.
 *
 * Returns MCPAUTH_OK; anything else makes the metadata MCPAUTH_ERR_METADATA_INVALID.
 */
typedef mcpauth_result (*mcpauth_metadata_transform_fn)(void *userdata, const char *json, size_t len,
                                                        mcpauth_buffer *out);

/**
 * @brief Passes fetched metadata through fn before it is judged.
 * @param issuer   the issuer
 * @param fn       the transformation
 * @param userdata passed to fn
 * @param destroy  releases userdata; may be NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_metadata_transform(mcpauth_issuer *issuer,
                                                                 mcpauth_metadata_transform_fn fn, void *userdata,
                                                                 mcpauth_destroy_fn destroy);

/**
 * @brief Adds a public key.
 *
 * PEM of a SubjectPublicKeyInfo ("BEGIN PUBLIC KEY") or of an X.509 certificate, whose key is used and whose signature
 * and dates are not judged. A private key is refused.
 *
 * @param issuer the issuer
 * @param pem    the PEM text
 * @param len    its length in bytes
 * @param kid    the key's identifier, when tokens carry one; at most 256 bytes; NULL: the key fits tokens with any kid
 *               or none, as long as only one usable key does
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_add_public_key_pem(mcpauth_issuer *issuer, const char *pem, size_t len,
                                                             const char *kid);

/**
 * @brief Adds a secret shared with the issuer, for one HMAC algorithm (RFC 7518 section 3.2).
 *
 * The only way to accept HMAC: whoever can verify such tokens can also make them.
 *
 * @param issuer    the issuer
 * @param secret    at least 32, 48 or 64 bytes
 * @param len       its length in bytes
 * @param algorithm "HS256", "HS384" or "HS512"
 * @param kid       as of mcpauth_issuer_add_public_key_pem()
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_add_shared_secret(mcpauth_issuer *issuer, const char *secret, size_t len,
                                                            const char *algorithm, const char *kid);

/**
 * @brief Accepts only these signature algorithms (RFC 7518, RFC 8037, RFC 8812, RFC 9864).
 *
 * Unless set, the asymmetric ones: RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA Ed25519 Ed448,
 * and the algorithms of shared secrets. Each name stands for itself only. "none" cannot be allowed.
 *
 * @param issuer          the issuer
 * @param space_separated such as "RS256 ES256"
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_algorithms(mcpauth_issuer *issuer, const char *space_separated);

/**
 * @brief Fetches this issuer's metadata and keys over http too, from a loopback host only. For development and tests.
 * @param issuer the issuer
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_allow_http_on_loopback(mcpauth_issuer *issuer);

/**
 * @brief Fetches this issuer's metadata and keys over http too, from any host: a key server within a cluster.
 *
 * Whoever is in between can put keys of his own in place of the issuer's, and sign any token with them. What is named by
 * metadata that came over https still has to be https, and redirects are still not followed. Such a request goes through
 * no proxy.
 *
 * @param issuer the issuer
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_dangerous_allow_http(mcpauth_issuer *issuer);

/** @} */

/**
 * @defgroup names An issuer's names
 * @{
 */

/**
 * @brief Accepts tokens with this iss too, verified with this issuer's keys.
 *
 * For a provider that signs under several names, such as Entra ID with its v1 and v2 tokens. Up to 100; one name
 * belongs to one issuer only.
 *
 * @param issuer the issuer
 * @param alias  an http or https URL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_add_alias(mcpauth_issuer *issuer, const char *alias);

/**
 * @brief Takes "https://auth.example.com" and "https://auth.example.com/" for the same issuer, in tokens and in
 * metadata.
 *
 * Use it when you cannot tell which spelling the provider uses. The keys stay those of the configured issuer, so it
 * accepts no more than an alias of that spelling would.
 *
 * @param issuer the issuer
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_ignore_trailing_slash(mcpauth_issuer *issuer);

/**
 * @brief Accepts tokens of a provider that has a name for each tenant and one set of keys for all, such as Entra ID.
 *
 * The issuer is where the metadata is (https://login.microsoftonline.com/organizations/v2.0), and a token's iss has to
 * be a template with one of the tenants in it. Its tid claim has to be that tenant, and where a key names its issuer (a
 * member of its JWK), it has to be for that tenant or for all. The first template is the issuer that the metadata has
 * to name. Up to 4.
 *
 * @param issuer          the issuer
 * @param tenant_template such as "https://login.microsoftonline.com/{tenantid}/v2.0"; v1:
 *                        "https://sts.windows.net/{tenantid}/". {tenantid} stands once, in the path.
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_add_tenant_template(mcpauth_issuer *issuer, const char *tenant_template);

/**
 * @brief Accepts this tenant's tokens.
 *
 * There is no way to accept all. Up to 1000.
 *
 * @param issuer the issuer
 * @param tenant a tid: letters, digits and - . _ only
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_add_tenant(mcpauth_issuer *issuer, const char *tenant);

/** @} */

/**
 * @defgroup fetching How an issuer's metadata and keys are fetched
 * @{
 */

/**
 * @brief Trusts the certificate authorities of a PEM file for this issuer's servers, instead of the system's.
 *
 * Together with mcpauth_issuer_set_ca_directory() both count. TLS is always verified.
 *
 * @param issuer the issuer
 * @param path   the file; it has to be readable now
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_ca_file(mcpauth_issuer *issuer, const char *path);

/**
 * @brief Trusts the certificate authorities of a directory for this issuer's servers, instead of the system's.
 *
 * Together with mcpauth_issuer_set_ca_file() both count. TLS is always verified.
 *
 * @param issuer the issuer
 * @param path   the directory, of files with hashed names (openssl rehash); it has to be readable now
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_ca_directory(mcpauth_issuer *issuer, const char *path);

/**
 * @brief Sets the proxy to go through.
 *
 * By default the environment variables https_proxy, all_proxy and no_proxy apply. Loopback http has none.
 *
 * @param issuer the issuer
 * @param url    a URL of http, https, socks4, socks4a, socks5 or socks5h, which may hold a user and password; "": none
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_proxy(mcpauth_issuer *issuer, const char *url);

/**
 * @brief Sets how long one HTTP request may take.
 *
 * All requests of a fetch (metadata and keys) may take twice as long together, and no call that waits for it waits
 * longer. (Without this call they may take 10000.)
 *
 * @param issuer       the issuer
 * @param milliseconds 5000 unless set; 100 to 60000
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_fetch_timeout_ms(mcpauth_issuer *issuer, uint32_t milliseconds);

/**
 * @brief Sets how long name lookup, connection and TLS handshake may take of one request.
 * @param issuer       the issuer
 * @param milliseconds 3000 unless set; 50 to 60000
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_connect_timeout_ms(mcpauth_issuer *issuer, uint32_t milliseconds);

/**
 * @brief Sets the time in which tokens whose key is unknown cause at most one fetch, however many there are.
 *
 * One more is made after a fetch that brought a new key. A new key of the issuer is found at once, unless somebody asked
 * for one that does not exist just before: until the time is over its tokens are answered with
 * MCPAUTH_ERR_KEYS_UNAVAILABLE (503).
 *
 * @param issuer  the issuer
 * @param seconds 30 unless set; 1 to 3600
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_cooldown_seconds(mcpauth_issuer *issuer, uint32_t seconds);

/**
 * @brief Sets for how long fetched keys are fresh.
 *
 * Upper bound on how long a withdrawn key stays accepted while the issuer is reachable and traffic is steady: nothing
 * is fetched while there are no tokens, and those that come first after a quiet time do not wait for the fetch they
 * start.
 *
 * @param issuer        the issuer
 * @param unless_stated when the answer does not say: 600 unless set
 * @param longest       at most, whatever the answer says: 86400 unless set; both 1 to 86400, and never less than the
 *                      cooldown
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_key_lifetime_seconds(mcpauth_issuer *issuer, uint32_t unless_stated,
                                                                   uint32_t longest);

/**
 * @brief Sets for how long keys are used after they were last fetched or confirmed while the issuer cannot be reached.
 *
 * After that its tokens are answered with MCPAUTH_ERR_KEYS_UNAVAILABLE.
 *
 * @param issuer  the issuer
 * @param seconds 86400 unless set; 1 to 604800, and never less than the cooldown and than the keys are fresh
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_set_max_stale_seconds(mcpauth_issuer *issuer, uint32_t seconds);

/** What the library wants to have fetched: one GET. Valid during the callback only. */
typedef struct mcpauth_fetch_request {
  size_t size;               /**< of what the library filled in */
  mcpauth_str url;           /**< what to get */
  mcpauth_str accept;        /**< the Accept header's value */
  mcpauth_str if_none_match; /**< the If-None-Match header's value; empty: none */
  uint32_t timeout_ms;       /**< for the whole request */
  size_t max_body_bytes;     /**< a longer body counts for nothing */
} mcpauth_fetch_request;

/** Where the callback puts the answer; valid during the callback only. */
typedef struct mcpauth_fetch_response mcpauth_fetch_response;

/**
 * @brief Gets a document in the host's own way, in place of libcurl.
 *
 * May block, on a thread of the library, and runs on several at once. The host is then responsible for what libcurl is
 * told here: verify TLS, follow no redirect (hand its status over), send no cookie and no credential, keep to the
 * timeout, and return soon after mcpauth_fetch_response_is_cancelled() says so: freeing a verifier waits for it, 100 ms
 * at most.
 *
 * Returns MCPAUTH_OK: there is an answer, whatever its status; anything else, such as MCPAUTH_ERR_CALLBACK_FAILED:
 * there is none.
 */
typedef mcpauth_result (*mcpauth_fetch_fn)(void *userdata, const mcpauth_fetch_request *request,
                                           mcpauth_fetch_response *response);

/**
 * @brief Fetches metadata and keys of all issuers of this configuration through fn.
 *
 * CA files, proxies and connect timeouts are the host's then; http is allowed as before. Keys are shared among the
 * verifiers of this configuration only.
 *
 * @param config   the configuration
 * @param fn       gets a document
 * @param userdata passed to fn
 * @param destroy  releases userdata; may be NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_fetch(mcpauth_config *config, mcpauth_fetch_fn fn, void *userdata,
                                                    mcpauth_destroy_fn destroy);

/**
 * @brief Sets the answer's HTTP status.
 * @param response the answer
 * @param status   100 to 599
 * @return MCPAUTH_OK, or MCPAUTH_ERR_INVALID_ARGUMENT; then the answer counts for nothing.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_fetch_response_set_status(mcpauth_fetch_response *response, int status);

/**
 * @brief Adds a header field to the answer.
 *
 * Cache-Control, Expires, Date, Age, ETag and Location are looked at. Up to 100 fields of 8 KiB.
 *
 * @param response the answer
 * @param name     in any letter case
 * @param value    its value
 * @return MCPAUTH_OK, or MCPAUTH_ERR_INVALID_ARGUMENT.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_fetch_response_add_header(mcpauth_fetch_response *response, const char *name,
                                                             const char *value);

/**
 * @brief Copies a piece of the answer's body.
 * @param response the answer
 * @param data     the piece
 * @param len      its length in bytes
 * @return MCPAUTH_OK; MCPAUTH_ERR_INVALID_ARGUMENT: that is more than max_body_bytes in all, and the answer counts for
 *         nothing.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_fetch_response_append_body(mcpauth_fetch_response *response, const char *data,
                                                              size_t len);

/**
 * @brief Says why there is no answer, for the error message and the log.
 * @param response the answer
 * @param text     the reason
 * @return MCPAUTH_OK, or MCPAUTH_ERR_NULL_PARAMETER.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_fetch_response_set_message(mcpauth_fetch_response *response, const char *text);

/**
 * @brief Whether nobody needs the answer any more. Any thread, during the callback.
 * @param response the answer
 * @return true: return soon.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_fetch_response_is_cancelled(const mcpauth_fetch_response *response);

/** @} */

/**
 * @defgroup check Whether an issuer works with MCP
 * @{
 */

/**
 * @brief Fetches what the issuer's settings say, and judges it by what this library and MCP clients need.
 *
 * In this thread and past all that is cached. Waits for the network as long as a fetch may take. It counts as a use of
 * the issuer's configuration: one thread at a time. examples-c/check_issuer.c is an operator's tool made of it.
 *
 * @param issuer the issuer
 * @param out    the report, when the result is MCPAUTH_OK, be the issuer reachable or not; to be freed
 * @param err    otherwise why the configuration cannot be used; may be NULL; to be freed
 * @return MCPAUTH_OK, or why the configuration cannot be used.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_issuer_check(const mcpauth_issuer *issuer, mcpauth_report **out,
                                                mcpauth_error **err);

/**
 * @brief Where the metadata was found.
 * @param report the report
 * @return The URL; empty when it was configured or not found.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_report_metadata_url(const mcpauth_report *report);

/**
 * @brief Where the keys are.
 * @param report the report
 * @return The URL; empty when they were configured, or nothing says where.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_report_jwks_uri(const mcpauth_report *report);

/**
 * @brief How many keys tokens can be verified with.
 * @param report the report
 * @return Their number.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_report_key_count(const mcpauth_report *report);

/**
 * @brief How many findings there are: what is wrong.
 * @param report the report
 * @return Their number.
 * @since 0.1.0
 */
MCPAUTH_API size_t mcpauth_report_finding_count(const mcpauth_report *report);

/**
 * @brief A finding's code: MCP Auth's, where it has one.
 *
 * fetch_server_config_error, invalid_server_metadata, issuer_mismatch, missing_jwks_uri, fetch_jwks_error,
 * code_response_type_not_supported, authorization_code_grant_not_supported, pkce_not_supported,
 * s256_code_challenge_method_not_supported; and the warnings client_id_metadata_document_not_supported,
 * public_clients_not_supported, authorization_response_iss_not_supported, refresh_token_not_supported,
 * offline_access_not_supported, issuer_slash (the metadata names it with another slash than configured), opaque_tokens
 * (they have to be introspected), unusable_key and ambiguous_key.
 *
 * @param report the report
 * @param index  below mcpauth_report_finding_count()
 * @return The code; empty beyond the last.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_report_finding_code(const mcpauth_report *report, size_t index);

/**
 * @brief What is wrong, and how to fix it.
 * @param report the report
 * @param index  below mcpauth_report_finding_count()
 * @return The message; empty beyond the last.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_str mcpauth_report_finding_message(const mcpauth_report *report, size_t index);

/**
 * @brief Whether the finding keeps the issuer from working.
 * @param report the report
 * @param index  below mcpauth_report_finding_count()
 * @return true: it does; false: a warning.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_report_finding_is_error(const mcpauth_report *report, size_t index);

/**
 * @brief Whether the problem may be transient.
 * @param report the report
 * @param index  below mcpauth_report_finding_count()
 * @return true: no answer came, or 408, 429 or 5xx.
 * @since 0.1.0
 */
MCPAUTH_API bool mcpauth_report_finding_is_outage(const mcpauth_report *report, size_t index);

/**
 * @brief Frees a report.
 * @param report the report; NULL does nothing
 * @since 0.1.0
 */
MCPAUTH_API void mcpauth_report_free(mcpauth_report *report);

/** @} */

/**
 * @defgroup log Log
 * @{
 */

/** How much is logged: one of mcpauth_log_level_value. */
typedef uint32_t mcpauth_log_level;

/** Every mcpauth_log_level. */
enum mcpauth_log_level_value {
  MCPAUTH_LOG_ERROR = 1,   /**< requests fail for a reason that is not theirs: there are no keys */
  MCPAUTH_LOG_WARNING = 2, /**< something will fail unless it is fixed: keys cannot be refreshed, keys are not usable */
  MCPAUTH_LOG_INFO = 3,    /**< an issuer's keys are there, have changed, can be fetched again */
  MCPAUTH_LOG_DEBUG = 4    /**< each request and token that was refused, and why: as many as there are */
};

/**
 * @brief Takes one log entry: ASCII, one line, no secret, no token, followed by a NUL.
 *
 * Runs on any thread, several at once, and while a verifier is being freed. It may call anything but must not wait for
 * the library.
 */
typedef void (*mcpauth_log_fn)(void *userdata, mcpauth_log_level level, const char *message, size_t len);

/**
 * @brief Logs what happens, up to a level.
 *
 * An outage is logged when it begins and when it ends, not with each attempt. Without this call nothing is logged.
 *
 * @param config   the configuration
 * @param level    the most talkative level wanted
 * @param fn       takes each entry
 * @param userdata passed to fn
 * @param destroy  releases userdata; may be NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_log(mcpauth_config *config, mcpauth_log_level level, mcpauth_log_fn fn,
                                                  void *userdata, mcpauth_destroy_fn destroy);

/** @} */

/**
 * @defgroup queue Queue
 * For hosts that cannot be called from a thread they did not start (PHP, LuaJIT), or would rather fetch than be called: log
 * entries and the outcomes of asynchronous calls wait in a queue, whose file descriptor is readable as long as there are
 * some.
 *
 * @code
 * if (mcpauth_queue_new(0, &queue, &err) != MCPAUTH_OK) give_up(mcpauth_error_message(err).data);
 * mcpauth_config_set_log_queue(config, MCPAUTH_LOG_INFO, queue);
 * // for each request; id is the host's own number of it:
 * if (mcpauth_handle_queued(verifier, &request, queue, id) != MCPAUTH_OK) send_503(id);
 *
 * // whenever mcpauth_queue_fd(queue) is readable (poll, epoll, an event loop):
 * mcpauth_event *event;
 * while (mcpauth_queue_next(queue, &event) == MCPAUTH_OK) {
 *   if (!mcpauth_event_is_call(event)) write_log(mcpauth_event_log_message(event).data);
 *   else if (mcpauth_event_result(event) == MCPAUTH_OK) go_on(mcpauth_event_id(event), mcpauth_event_info(event));
 *   else send_response(mcpauth_event_id(event), mcpauth_event_response(event));
 *   mcpauth_event_free(event);
 * }
 * @endcode
 *
 * The calls on a queue may run on any number of threads at once; mcpauth_queue_free() is the last of them. In a child of
 * fork a queue is empty, and what the parent has begun does not come: ask it for its descriptor again.
 * @{
 */

/**
 * @brief Makes a queue.
 * @param capacity how many calls may be under way or wait to be fetched, and how many log entries may wait: 1 to 1000000;
 *                 0: 1024
 * @param out      the queue; to be freed
 * @param err      why there is none, otherwise; may be NULL; to be freed
 * @return MCPAUTH_OK; MCPAUTH_ERR_INVALID_ARGUMENT; MCPAUTH_ERR_INTERNAL: the system gives no descriptor.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_queue_new(size_t capacity, mcpauth_queue **out,
                                                                mcpauth_error **err);

/**
 * @brief The descriptor to wait for: readable as long as something is in the queue.
 *
 * It is the queue's: the host neither reads nor closes it. It is closed by exec.
 *
 * @param queue the queue
 * @return The same number for as long as the queue is there; -1 for NULL, and in a child of fork where the system gives no
 *         descriptor.
 * @since 0.2.0
 */
MCPAUTH_API int mcpauth_queue_fd(mcpauth_queue *queue);

/**
 * @brief Takes what has been in the queue longest. Never waits.
 * @param queue the queue
 * @param out   the event; to be freed
 * @return MCPAUTH_OK; MCPAUTH_WOULD_BLOCK: there is nothing now.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_queue_next(mcpauth_queue *queue, mcpauth_event **out);

/**
 * @brief Frees a queue and what is in it, and closes its descriptor: take it out of the event loop first.
 *
 * Calls under way end without anybody being told; verifiers that log to it go on, and log nothing.
 *
 * @param queue the queue; NULL does nothing
 * @since 0.2.0
 */
MCPAUTH_API void mcpauth_queue_free(mcpauth_queue *queue);

/**
 * @brief mcpauth_handle_async() whose outcome goes to a queue.
 * @param verifier whose rules apply; may be freed at once
 * @param request  the request; copied
 * @param queue    where the outcome waits; may be freed at once
 * @param id       what mcpauth_event_id() gives
 * @return MCPAUTH_OK: the outcome will come, once. Otherwise it will not: as of mcpauth_handle_async();
 *         MCPAUTH_ERR_NO_MEMORY also where the queue's capacity is used up, which is answered the same way: with 503 and
 *         Retry-After.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_handle_queued(const mcpauth_verifier *verifier,
                                                                    const mcpauth_request *request,
                                                                    mcpauth_queue *queue, uint64_t id);

/**
 * @brief mcpauth_authorize_async() whose outcome goes to a queue.
 * @param verifier whose rules apply; may be freed at once
 * @param request  the request; copied
 * @param queue    where the outcome waits; may be freed at once
 * @param id       what mcpauth_event_id() gives
 * @return As mcpauth_handle_queued().
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authorize_queued(const mcpauth_verifier *verifier,
                                                                       const mcpauth_request *request,
                                                                       mcpauth_queue *queue, uint64_t id);

/**
 * @brief mcpauth_verify_async() whose outcome goes to a queue.
 * @param verifier  whose rules apply; may be freed at once
 * @param token     the token, without "Bearer "; copied
 * @param token_len its length in bytes
 * @param queue     where the outcome waits; may be freed at once
 * @param id        what mcpauth_event_id() gives
 * @return As of mcpauth_verify_async(), and as mcpauth_handle_queued().
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verify_queued(const mcpauth_verifier *verifier, const char *token,
                                                                    size_t token_len, mcpauth_queue *queue,
                                                                    uint64_t id);

/**
 * @brief Logs to a queue what happens, up to a level: as mcpauth_config_set_log(), whose place it takes.
 *
 * Entries for which the queue has no room are dropped, and an event in their place says how many.
 *
 * @param config the configuration
 * @param level  the most talkative level wanted
 * @param queue  where each entry waits; may be freed before the configuration and its verifiers
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_log_queue(mcpauth_config *config, mcpauth_log_level level,
                                                        mcpauth_queue *queue);

/**
 * @brief Whether the event is the end of a call.
 * @param event the event
 * @return true: a call has ended; false: a log entry, or NULL.
 * @since 0.2.0
 */
MCPAUTH_API bool mcpauth_event_is_call(const mcpauth_event *event);

/**
 * @brief Which call has ended.
 * @param event the event
 * @return The id that the call was begun with; 0 for a log entry.
 * @since 0.2.0
 */
MCPAUTH_API uint64_t mcpauth_event_id(const mcpauth_event *event);

/**
 * @brief How the call ended: what mcpauth_handle(), mcpauth_authorize() or mcpauth_verify() would have returned.
 * @param event the event
 * @return The result; for a log entry or NULL an error, never MCPAUTH_OK.
 * @since 0.2.0
 */
MCPAUTH_API MCPAUTH_MUST_CHECK mcpauth_result mcpauth_event_result(const mcpauth_event *event);

/**
 * @brief Who the caller is.
 * @param event the event
 * @return The caller, borrowed from the event (mcpauth_authinfo_retain() keeps it longer); NULL unless the result is
 *         MCPAUTH_OK.
 * @since 0.2.0
 */
MCPAUTH_API const mcpauth_authinfo *mcpauth_event_info(const mcpauth_event *event);

/**
 * @brief The response to send.
 * @param event the event
 * @return The response, borrowed from the event; NULL where the result is MCPAUTH_OK, and after mcpauth_verify_queued().
 * @since 0.2.0
 */
MCPAUTH_API const mcpauth_response *mcpauth_event_response(const mcpauth_event *event);

/**
 * @brief Why the call failed, for the operator's log and not for the client.
 * @param event the event
 * @return The error, borrowed from the event; NULL where nothing failed.
 * @since 0.2.0
 */
MCPAUTH_API const mcpauth_error *mcpauth_event_error(const mcpauth_event *event);

/**
 * @brief How much a log entry matters.
 * @param event the event
 * @return The level; 0 when it is no log entry.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_log_level mcpauth_event_log_level(const mcpauth_event *event);

/**
 * @brief A log entry's text, as mcpauth_log_fn gets it.
 * @param event the event
 * @return ASCII, one line, no secret, no token; empty when it is no log entry.
 * @since 0.2.0
 */
MCPAUTH_API mcpauth_str mcpauth_event_log_message(const mcpauth_event *event);

/**
 * @brief How many log entries are missing in this one's place, because the queue was full.
 * @param event the event
 * @return Their number, which the message says too; 0 for every other event.
 * @since 0.2.0
 */
MCPAUTH_API uint64_t mcpauth_event_lost_log_entries(const mcpauth_event *event);

/**
 * @brief Frees an event and what was borrowed from it.
 * @param event the event; NULL does nothing
 * @since 0.2.0
 */
MCPAUTH_API void mcpauth_event_free(mcpauth_event *event);

/** @} */

/**
 * @defgroup custom Custom verification
 * @{
 */

/** What a custom verifier found out about a token; valid during the callback only. */
typedef struct mcpauth_authinfo_builder mcpauth_authinfo_builder;

/**
 * @brief Verifies a token in the host's own way (opaque API keys, a session store).
 *
 * May run on several threads at once and may block. The token is valid during the call only, has at most 16 KiB, and is
 * followed by a NUL byte. The callback fills the builder and returns one of
 *
 * | result | meaning |
 * |---|---|
 * | MCPAUTH_OK | the token is good, as far as the callback is concerned |
 * | MCPAUTH_ERR_TOKEN_REJECTED | it is not: 401 token_verification_failed |
 * | MCPAUTH_ERR_TOKEN_EXPIRED | 401 invalid_token |
 * | MCPAUTH_ERR_TOKEN_INACTIVE | 401 invalid_token |
 * | MCPAUTH_ERR_CALLBACK_FAILED | its own backend cannot answer: 503 |
 *
 * Any other value is a programming error: 500, never a success.
 */
typedef mcpauth_result (*mcpauth_verify_fn)(void *userdata, const char *token, size_t token_len,
                                            mcpauth_authinfo_builder *builder);

/**
 * @brief Passes every token to fn instead of verifying it as a JWT.
 *
 * After MCPAUTH_OK the library still checks what the builder holds: the issuer against the configured ones, the
 * audience, the expiry where one was set, that there is a subject, and the required scopes. A verifier without any
 * issuer is possible then, and accepts an absent issuer only. Rules that only a JWT can be judged by (maximum age, RFC
 * 9068 profile, scope claims) make mcpauth_verifier_new() fail with MCPAUTH_ERR_INVALID_CONFIG. The result is never
 * cached.
 *
 * @param config   the configuration
 * @param fn       verifies a token
 * @param userdata passed to fn
 * @param destroy  releases userdata; may be NULL
 * @return MCPAUTH_OK, or what is wrong with the argument; the configuration keeps the first such failure.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_config_set_custom_verifier(mcpauth_config *config, mcpauth_verify_fn fn,
                                                              void *userdata, mcpauth_destroy_fn destroy);

/**
 * @brief Sets who issued the token.
 * @param builder the builder
 * @param text    UTF-8 without NUL; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_set_issuer(mcpauth_authinfo_builder *builder, const char *text,
                                                               size_t len);

/**
 * @brief Sets whom the token is about.
 * @param builder the builder
 * @param text    UTF-8 without NUL; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_set_subject(mcpauth_authinfo_builder *builder, const char *text,
                                                                size_t len);

/**
 * @brief Sets the client the token was issued to.
 * @param builder the builder
 * @param text    UTF-8 without NUL; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_set_client_id(mcpauth_authinfo_builder *builder, const char *text,
                                                                  size_t len);

/**
 * @brief Adds an audience.
 * @param builder the builder
 * @param text    UTF-8 without NUL; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_add_audience(mcpauth_authinfo_builder *builder, const char *text,
                                                                 size_t len);

/**
 * @brief Adds one scope. A text with a space in it fails.
 * @param builder the builder
 * @param text    UTF-8 without NUL; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_add_scope(mcpauth_authinfo_builder *builder, const char *text,
                                                              size_t len);

/**
 * @brief Sets when the token ends. Judged with the configured leeway.
 * @param builder the builder
 * @param seconds since 1970, UTC; above 0
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_set_expires_at(mcpauth_authinfo_builder *builder, int64_t seconds);

/**
 * @brief Sets why the token was refused, for the operator's log.
 * @param builder the builder
 * @param text    UTF-8 without NUL; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_set_message(mcpauth_authinfo_builder *builder, const char *text,
                                                                size_t len);

/**
 * @brief Sets further claims, for mcpauth_authinfo_claims_json().
 *
 * Such as an introspection endpoint's answer. It never overrides what another call set. Required claims are looked for in
 * it, and what it says against the token counts: nbf or iat in the future, cnf, active other than true, and what makes a
 * JWT another kind of token. iss, sub, client_id, aud, scope or exp in it, without the call for it, make the verification
 * fail with MCPAUTH_ERR_INVALID_ARGUMENT.
 *
 * @param builder the builder
 * @param json    a JSON object; copied
 * @param len     its length in bytes
 * @return MCPAUTH_OK; after any failure the verification ends with MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the
 *         callback returns.
 * @since 0.1.0
 */
MCPAUTH_API mcpauth_result mcpauth_authinfo_builder_set_claims_json(mcpauth_authinfo_builder *builder, const char *json,
                                                                    size_t len);

/** @} */

#ifdef __cplusplus
}
#endif

#endif /* MCPAUTH_H */
