/*
 * beast_coroutines.hpp: a session of beast_server.cpp as a coroutine, which needs C++20.
 */
#ifndef BEAST_COROUTINES_HPP
#define BEAST_COROUTINES_HPP

#include <utility> // before Asio, which forgets it up to Boost 1.77

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "beast_callbacks.hpp"

#ifdef BOOST_ASIO_HAS_CO_AWAIT

using boost::asio::awaitable, boost::asio::use_awaitable;

inline awaitable<void> serve(tcp::socket socket, mcpauth::beast_endpoint &mcp) {
  boost::beast::tcp_stream stream(std::move(socket));
  boost::beast::flat_buffer buffer;
  for (bool open = true; open;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(mcp.max_body_bytes());
    boost::beast::error_code failed;
    stream.expires_after(std::chrono::seconds(30));
    co_await http::async_read(stream, buffer, parser, boost::asio::redirect_error(use_awaitable, failed));
    if (failed && failed != http::error::body_limit) co_return;
    stream.expires_never(); // it waits for us now
    auto answer = mcp.answer_too_long();
    if (!failed) answer = co_await mcp.async_answer(parser.get(), use_awaitable);
    open = answer.keep_alive();
    co_await http::async_write(stream, answer, use_awaitable);
  }
  stream.socket().shutdown(tcp::socket::shutdown_send);
}

inline awaitable<void> accept_all(tcp::acceptor &acceptor, mcpauth::beast_endpoint &mcp) {
  for (;;)
    co_spawn(acceptor.get_executor(), serve(co_await acceptor.async_accept(use_awaitable), mcp), boost::asio::detached);
}

#endif
#endif
