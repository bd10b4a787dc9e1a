/** @file report.hpp @brief Whether an issuer works with MCP. A part of mcpauth.hpp. */
#ifndef MCPAUTH_REPORT_HPP
#define MCPAUTH_REPORT_HPP

#include <cstddef>
#include <string_view>

#include "error.hpp"

namespace mcpauth {

/** What is wrong with an issuer. */
struct finding {
  std::string_view code;    /**< as of mcpauth_report_finding_code() */
  std::string_view message; /**< what is wrong, and how to fix it */
  bool is_error;            /**< whether it keeps the issuer from working */
  bool is_outage;           /**< whether it may pass by itself */
};

/** @cond */
namespace detail {
inline finding finding_at(const mcpauth_report *report, std::size_t index) noexcept {
  return {view(mcpauth_report_finding_code(report, index)), view(mcpauth_report_finding_message(report, index)),
          mcpauth_report_finding_is_error(report, index), mcpauth_report_finding_is_outage(report, index)};
}
} // namespace detail
/** @endcond */

/** What issuer::check() saw. */
class report {
 public:
  report() noexcept = default;
  /** Takes the handle over. */
  explicit report(mcpauth_report *owned) noexcept : report_(owned) {}

  /** Where the metadata was found; empty when it was configured or not found. */
  [[nodiscard]] std::string_view metadata_url() const noexcept { return view(mcpauth_report_metadata_url(get())); }
  /** Where the keys are. */
  [[nodiscard]] std::string_view jwks_uri() const noexcept { return view(mcpauth_report_jwks_uri(get())); }
  /** How many keys tokens can be verified with. */
  [[nodiscard]] std::size_t key_count() const noexcept { return mcpauth_report_key_count(get()); }
  /** What is wrong. */
  [[nodiscard]] auto findings() const noexcept {
    return sequence<mcpauth_report, mcpauth_report_finding_count, detail::finding_at>(get());
  }
  [[nodiscard]] const mcpauth_report *get() const noexcept { return report_.get(); }

 private:
  detail::handle<mcpauth_report, mcpauth_report_free> report_;
};

} // namespace mcpauth

#endif // MCPAUTH_REPORT_HPP
