/** @file microhttpd_answer.hpp @brief Requests and answers of libmicrohttpd. A part of microhttpd.hpp. */
#ifndef MCPAUTH_MICROHTTPD_ANSWER_HPP
#define MCPAUTH_MICROHTTPD_ANSWER_HPP

#include <microhttpd.h>

#include <string_view>

namespace mcpauth {

/** A whole request. */
struct microhttpd_request {
  MHD_Connection *connection = nullptr;
  std::string_view method;
  std::string_view path; // decoded
  std::string_view body;
};

/** An answer: a status, and a response of libmicrohttpd's, which is taken over. Without one it is a 500. */
struct microhttpd_answer {
  microhttpd_answer(unsigned code, MHD_Response *made) noexcept : status(code), response(made) {}
  microhttpd_answer(unsigned code, const char *content_type, std::string_view body)
      : status(code),
        response(MHD_create_response_from_buffer(body.size(), const_cast<char *>(body.data()), // NOLINT: it is copied
                                                 MHD_RESPMEM_MUST_COPY)) {
    if (response != nullptr && *content_type != '\0') MHD_add_response_header(response, "Content-Type", content_type);
  }
  unsigned status;
  MHD_Response *response;
};

} // namespace mcpauth

#endif // MCPAUTH_MICROHTTPD_ANSWER_HPP
