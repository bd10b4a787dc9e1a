/*
 * beast_callbacks.hpp: a session of beast_server.cpp with callbacks instead of a coroutine, which C++17 is enough for.
 */
#ifndef BEAST_CALLBACKS_HPP
#define BEAST_CALLBACKS_HPP

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <mcpauth/beast.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

inline mcpauth::beast_response beast_reply(const mcpauth::beast_request &request, unsigned status, const char *type,
                                           std::string body) {
  mcpauth::beast_response response(http::int_to_status(status), request.version(), std::move(body));
  response.set(http::field::content_type, type);
  return response;
}

class session : public std::enable_shared_from_this<session> {
 public:
  session(tcp::socket socket, mcpauth::beast_endpoint &mcp) : stream_(std::move(socket)), mcp_(mcp) {}

  void read() {
    parser_.emplace().body_limit(mcp_.max_body_bytes());
    stream_.expires_after(std::chrono::seconds(30));
    http::async_read(
        stream_, buffer_, *parser_, [self = shared_from_this()](boost::beast::error_code failed, std::size_t) {
          if (failed == http::error::body_limit) return self->write(self->mcp_.answer_too_long());
          if (failed) return;
          self->stream_.expires_never(); // it waits for us now
          self->mcp_.async_answer(self->parser_->get(),
                                  [self](mcpauth::beast_response answer) { self->write(std::move(answer)); });
        });
  }

 private:
  void write(mcpauth::beast_response answer) {
    answer_ = std::move(answer);
    http::async_write(stream_, answer_, [self = shared_from_this()](boost::beast::error_code failed, std::size_t) {
      if (!failed && self->answer_.keep_alive()) return self->read();
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
    });
  }

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  mcpauth::beast_response answer_;
  mcpauth::beast_endpoint &mcp_;
};

inline void accept_with_callbacks(tcp::acceptor &acceptor, mcpauth::beast_endpoint &mcp) {
  acceptor.async_accept([&](boost::beast::error_code failed, tcp::socket socket) {
    if (!failed) std::make_shared<session>(std::move(socket), mcp)->read();
    if (failed != boost::asio::error::operation_aborted) accept_with_callbacks(acceptor, mcp);
  });
}

#endif
