/**
 * @file beast.hpp
 * @brief Boost.Beast servers, 1.74 and later: callbacks, coroutines, or any other completion token of Asio.
 *
 * Beast has no server of its own, so a session asks for the answer to each request it has read:
 *
 * @code
 * auto mcp = mcpauth::protect(io_context, verifier, "/mcp", [](const auto &request, const mcpauth::caller &caller) {
 *   mcpauth::beast_response response(http::status::ok, request.version());
 *   response.body() = answer(request.body(), caller.subject());
 *   return response;
 * });
 * ...
 * co_await http::async_read(stream, buffer, parser, use_awaitable); // with parser.body_limit(mcp->max_body_bytes())
 * auto response = co_await mcp->async_answer(parser.get(), use_awaitable);
 * co_await http::async_write(stream, response, use_awaitable);
 * @endcode
 *
 * No thread of the io_context ever waits for an issuer. A session whose handler has to wait for something itself asks
 * async_judge() for the decision alone, and answers by answer_refused() or with add_cross_origin_headers().
 */
#ifndef MCPAUTH_BEAST_HPP
#define MCPAUTH_BEAST_HPP

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "adapter.hpp"
#include "beast_message.hpp"
#include "beast_waiting.hpp"

namespace mcpauth {

/** Answers a request that was let in; where it throws, the answer is 500. */
using beast_handler = std::function<beast_response(const beast_request &, const caller &)>;
/** Answers a request for another path, of whoever sends it. */
using beast_others = std::function<beast_response(const beast_request &)>;

/** An endpoint, which may be used on all threads of its io_context; to be destroyed before that. */
class beast_endpoint {
 public:
  beast_endpoint(boost::asio::io_context &context, mcpauth::verifier verifier, endpoint where, beast_handler handler,
                 beast_others others)
      : context_(context),
        verifier_(std::move(verifier)),
        where_(std::move(where)),
        handler_(std::move(handler)),
        others_(std::move(others)) {}

  /** For the body_limit() of the parser: a body that is longer is the session's to answer, by answer_too_long(). */
  [[nodiscard]] std::size_t max_body_bytes() const noexcept { return where_.max_body_bytes; }

  /** The answer to a request: token(beast_response). The request has to stay where it is until then. */
  template <class Token>
  auto async_answer(const beast_request &request, Token &&token) {
    return boost::asio::async_initiate<Token, void(beast_response)>(
        [this, &request](auto handler) {
          const auto executor = boost::asio::get_associated_executor(handler, context_.get_executor());
          if (detail::path_of(detail::beast_view(request.target())) != where_.path) {
            beast_response answer = answer_others(request);
            return boost::asio::post(executor, [handler = std::move(handler), answer = std::move(answer)]() mutable {
              handler(std::move(answer));
            });
          }
          async_judge(request, boost::asio::bind_executor(
                                   executor, [this, &request, handler = std::move(handler)](decision decided) mutable {
                                     handler(answer_decided(request, decided));
                                   }));
        },
        token);
  }

  /** The decision about a request: token(mcpauth::decision). The request is copied. */
  template <class Token>
  auto async_judge(const beast_request &request, Token &&token) {
    return boost::asio::async_initiate<Token, void(decision)>(
        [this, &request](auto handler) {
          const auto executor = boost::asio::get_associated_executor(handler, context_.get_executor());
          const mcpauth::request asked = detail::beast_read(request);
          decision decided =
              detail::beast_is_clear(request) ? verifier_.try_handle(asked) : decision(malformed, nullptr, nullptr);
          if (decided.would_block()) {
            const auto number = waiting_.add(executor, std::move(handler));
            const mcpauth_result accepted = verifier_.handle_async(asked, waiting_.sender(number));
            if (accepted != MCPAUTH_OK) waiting_.finish(number, decision(accepted, nullptr, nullptr));
            return;
          }
          boost::asio::post(executor, [handler = std::move(handler), decided = std::move(decided)]() mutable {
            handler(std::move(decided));
          });
        },
        token);
  }

  /** The response to a request that was not let in. */
  [[nodiscard]] static beast_response answer_refused(const beast_request &request, const outcome &refused) {
    const response &answer = refused.response();
    if (!answer && refused.result() == malformed) return detail::beast_hang_up(400, request.version());
    const bool busy = !answer && refused.result() == MCPAUTH_ERR_NO_MEMORY; // handle_async() had no thread for it
    beast_response refusal(boost::beast::http::int_to_status(busy ? 503u : static_cast<unsigned>(answer.status())),
                           request.version());
    for (const auto [name, value] : answer.headers())
      refusal.insert(detail::beast_text(name), detail::beast_text(value));
    if (busy) refusal.set(boost::beast::http::field::retry_after, "5");
    refusal.body() = std::string(answer.body());
    return detail::beast_finished(request, std::move(refusal));
  }
  /** The 413 to a request whose body the parser refused (http::error::body_limit); the session ends then. */
  [[nodiscard]] static beast_response answer_too_long(unsigned version = 11) {
    return detail::beast_hang_up(413, version);
  }
  /** Lets a page of an allowed origin read the host's own response. */
  void add_cross_origin_headers(const beast_request &request, beast_response &response) const {
    detail::add_cross_origin_headers(verifier_, detail::beast_read(request),
                                     [&](std::string_view name, std::string_view value) {
                                       response.set(detail::beast_text(name), detail::beast_text(value));
                                     });
  }

 private:
  /** Of a request that may be read in another way: the verifier is not asked. */
  static constexpr mcpauth_result malformed = MCPAUTH_ERR_INVALID_REQUEST;

  beast_response answer_decided(const beast_request &request, const decision &decided) const {
    if (!decided) return answer_refused(request, decided);
    beast_response answer = guarded(request, [&] { return handler_(request, decided.caller()); });
    add_cross_origin_headers(request, answer);
    return detail::beast_finished(request, std::move(answer));
  }
  beast_response answer_others(const beast_request &request) const {
    if (!detail::beast_is_clear(request)) return detail::beast_hang_up(400, request.version());
    const outcome answered =
        verifier_.well_known(detail::beast_view(request.method_string()), detail::beast_view(request.target()));
    if (answered.responded()) return answer_refused(request, answered);
    if (others_) return detail::beast_finished(request, guarded(request, [&] { return others_(request); }));
    return detail::beast_finished(request, beast_response(boost::beast::http::status::not_found, request.version()));
  }

  template <class Call>
  static beast_response guarded(const beast_request &request, Call call) {
#ifdef MCPAUTH_HPP_EXCEPTIONS
    try {
      return call();
    } catch (...) { // it would end the io_context's run(), and with it all sessions
      return beast_response(boost::beast::http::status::internal_server_error, request.version());
    }
#else
    return call();
#endif
  }

  boost::asio::io_context &context_;
  mcpauth::verifier verifier_;
  endpoint where_;
  beast_handler handler_;
  beast_others others_;
  detail::beast_waiting waiting_;
};

/**
 * @brief Serves an MCP endpoint behind a verifier, and the verifier's metadata.
 *
 * @param context  the io_context that completions go to where their token says nothing else; it has to outlive the result
 * @param verifier whose rules apply
 * @param where    the endpoint's path
 * @param handler  answers who was let in
 * @param others   answers requests for other paths; 404 unless given
 */
[[nodiscard]] inline std::unique_ptr<beast_endpoint> protect(boost::asio::io_context &context, const verifier &verifier,
                                                             const endpoint &where, beast_handler handler,
                                                             beast_others others = nullptr) {
  return std::make_unique<beast_endpoint>(context, verifier, where, std::move(handler), std::move(others));
}

} // namespace mcpauth

#endif // MCPAUTH_BEAST_HPP
