/** @file text.hpp @brief Texts in and out, and handles that free themselves. A part of mcpauth.hpp. */
#ifndef MCPAUTH_TEXT_HPP
#define MCPAUTH_TEXT_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "../mcpauth.h"

namespace mcpauth {

/** The library's text as C++ has it; it lives as long as what it came from. */
[[nodiscard]] inline std::string_view view(mcpauth_str text) noexcept { return {text.data, text.len}; }

/** A text for a struct of mcpauth.h, which the caller keeps alive. */
[[nodiscard]] inline mcpauth_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }

/**
 * @brief A text that the library needs with a NUL behind it: made from std::string_view, std::string or const char *.
 *
 * Only a std::string_view is copied, and only one of more than 119 bytes allocates. A text with a NUL inside would end
 * there, so that "read\0..." would pass for "read": the library gets none then, and refuses.
 */
class text {
 public:
  text(const char *c_string) noexcept : c_string_(c_string) {}
  text(const std::string &string) noexcept : c_string_(string.c_str()) { refuse_nul(string); }
  /** From std::string_view and all that turns into one. */
  template <class T, class = std::enable_if_t<std::is_convertible_v<const T &, std::string_view> &&
                                              !std::is_convertible_v<const T &, const char *> &&
                                              !std::is_convertible_v<const T &, const std::string &>>>
  text(const T &other) : text(static_cast<std::string_view>(other), 0) {}
  text(const text &) = delete;
  text &operator=(const text &) = delete;

  /** nullptr where there is a NUL inside. */
  [[nodiscard]] const char *c_str() const noexcept { return has_nul_ ? nullptr : c_string_; }
  [[nodiscard]] bool has_nul() const noexcept { return has_nul_; }

 private:
  text(std::string_view other, int) {
    if (other.size() < sizeof few_) {
      if (!other.empty()) std::memcpy(few_, other.data(), other.size());
      few_[other.size()] = '\0';
      c_string_ = few_;
    } else {
      more_ = std::make_unique<std::string>(other);
      c_string_ = more_->c_str();
    }
    refuse_nul(other);
  }
  void refuse_nul(std::string_view all) noexcept {
    has_nul_ = !all.empty() && std::memchr(all.data(), '\0', all.size()) != nullptr;
  }

  const char *c_string_ = nullptr;
  bool has_nul_ = false;
  char few_[120];
  std::unique_ptr<std::string> more_;
};

/** @cond what the other parts of mcpauth.hpp are made of */
namespace detail {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T *handle) const noexcept {
    Free(handle);
  }
};
template <class T, auto Free>
using handle = std::unique_ptr<T, freed_by<Free>>;

} // namespace detail
/** @endcond */

/**
 * @brief Things that a handle has by number, for a range-based for: scopes, header fields, findings.
 *
 * It borrows from the handle, and allocates nothing.
 */
template <class Handle, std::size_t (*Count)(const Handle *), auto At>
class sequence {
 public:
  using value_type = decltype(At(static_cast<const Handle *>(nullptr), std::size_t{}));

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = sequence::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type *;
    using reference = value_type;

    iterator() noexcept = default;
    iterator(const Handle *of, std::size_t index) noexcept : of_(of), index_(index) {}
    reference operator*() const { return At(of_, index_); }
    iterator &operator++() noexcept { return ++index_, *this; }
    iterator operator++(int) noexcept { return iterator(of_, index_++); }
    bool operator==(const iterator &other) const noexcept { return index_ == other.index_; }
    bool operator!=(const iterator &other) const noexcept { return index_ != other.index_; }

   private:
    const Handle *of_ = nullptr;
    std::size_t index_ = 0;
  };

  explicit sequence(const Handle *of) noexcept : of_(of) {}
  [[nodiscard]] std::size_t size() const noexcept { return Count(of_); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /** Beyond the last: empty. */
  [[nodiscard]] value_type operator[](std::size_t index) const { return At(of_, index); }
  [[nodiscard]] iterator begin() const noexcept { return {of_, 0}; }
  [[nodiscard]] iterator end() const noexcept { return {of_, size()}; }

 private:
  const Handle *of_;
};

} // namespace mcpauth

#endif // MCPAUTH_TEXT_HPP
