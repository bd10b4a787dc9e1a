/**
 * @file mcpauth.hpp
 * @brief mcpauth.h for C++17 and later: header only, nothing to link but the library.
 *
 * Everything lies in the namespace mcpauth. A handle frees itself; names are those of mcpauth.h without their prefix; what
 * a call means, and what its limits are, stands there. A server, in two parts:
 *
 * @code
 * // Once, at start. Whatever is wrong with the configuration is thrown here, once, with the library's message.
 * const mcpauth::verifier verifier = mcpauth::config("https://mcp.example.com/mcp")
 *                                        .add_issuer("https://auth.example.com")
 *                                        .add_tool_scope("write_note", "notes:write")
 *                                        .build();
 *
 * // For each request, as it came.
 * mcpauth::request request(method, path);
 * for (const auto &[name, value] : fields) request.header(name, value);
 * const auto decision = verifier.handle(request.body(body));
 * if (decision) handle(decision.caller().subject());
 * else send(decision.response().status(), decision.response().head(), decision.response().body());
 * @endcode
 *
 * **Texts** that come out are std::string_view and live as long as the object they came from. Those that go in may be
 * std::string_view, std::string or const char *; one with a NUL inside is refused and never read up to there.
 *
 * **Exceptions.** Three calls throw what the library says: config::build(), issuer::check() and the constructor of a
 * queue, and beside each there is one with try_ in its name that returns instead. No call that judges a request or a
 * token throws, std::bad_alloc aside. Compiled with -fno-exceptions, those that return are there.
 *
 * **Callbacks** are lambdas or any function object that can be called while it is const, as several threads may call it
 * at once. What one throws never leaves it: see set_exception_handler().
 *
 * **Moved-from** and empty objects may be used: a config then gives no verifier, a verifier lets nobody in (500), a
 * caller has no subject, no scope and no claim.
 */
#ifndef MCPAUTH_HPP
#define MCPAUTH_HPP

#if defined(_MSVC_LANG) ? _MSVC_LANG < 201703L : __cplusplus < 201703L
#error "mcpauth.hpp needs C++17: compile with -std=c++17 or later, or use mcpauth.h"
#endif

#include "mcpauth/awaiter.hpp"
#include "mcpauth/build.hpp"
#include "mcpauth/caller.hpp"
#include "mcpauth/config.hpp"
#include "mcpauth/decision.hpp"
#include "mcpauth/error.hpp"
#include "mcpauth/issuer.hpp"
#include "mcpauth/queue.hpp"
#include "mcpauth/request.hpp"
#include "mcpauth/response.hpp"
#include "mcpauth/verifier.hpp"

#endif // MCPAUTH_HPP
