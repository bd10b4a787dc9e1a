/** @file queue.hpp @brief Finished calls and log entries that the host fetches. A part of mcpauth.hpp. */
#ifndef MCPAUTH_QUEUE_HPP
#define MCPAUTH_QUEUE_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "caller.hpp"
#include "response.hpp"

namespace mcpauth {

/** A finished call or a log entry; what it gives lives as long as the event. */
class event {
 public:
  /** Takes the handle over. */
  explicit event(mcpauth_event *owned) noexcept : event_(owned) {}

  /** Whether a call has ended; otherwise it is a log entry. */
  [[nodiscard]] bool is_call() const noexcept { return mcpauth_event_is_call(get()); }
  /** Which call: the id that it was begun with. */
  [[nodiscard]] std::uint64_t id() const noexcept { return mcpauth_event_id(get()); }
  /** How it ended. */
  [[nodiscard]] mcpauth_result result() const noexcept { return mcpauth_event_result(get()); }
  /** Who the caller is; empty unless the result is MCPAUTH_OK. mcpauth::caller(event.caller()) keeps it longer. */
  [[nodiscard]] caller_view caller() const noexcept { return caller_view(mcpauth_event_info(get())); }
  /** What to send where the result is not MCPAUTH_OK. */
  [[nodiscard]] response_view response() const noexcept { return response_view(mcpauth_event_response(get())); }
  /** Why the call failed. */
  [[nodiscard]] error_view error() const noexcept { return error_view(mcpauth_event_error(get())); }
  /** How much a log entry matters; 0 where it is none. */
  [[nodiscard]] mcpauth_log_level log_level() const noexcept { return mcpauth_event_log_level(get()); }
  /** A log entry's text. */
  [[nodiscard]] std::string_view log_message() const noexcept { return view(mcpauth_event_log_message(get())); }
  /** How many log entries are missing in this one's place. */
  [[nodiscard]] std::uint64_t lost_log_entries() const noexcept { return mcpauth_event_lost_log_entries(get()); }
  [[nodiscard]] const mcpauth_event *get() const noexcept { return event_.get(); }

 private:
  detail::handle<mcpauth_event, mcpauth_event_free> event_;
};

/** Where they wait: `while (auto event = queue.next()) ...` whenever fd() is readable. */
class queue {
 public:
#ifdef MCPAUTH_HPP_EXCEPTIONS
  /** For so many calls and log entries, 0: 1024; throws mcpauth::error where there is none. */
  explicit queue(std::size_t capacity = 0) {
    mcpauth::error why;
    std::optional<queue> made = try_make(capacity, &why);
    if (!made) throw why;
    queue_ = std::move(made->queue_);
  }
#endif
  /** The same; nothing, and the reason, where there is none. */
  [[nodiscard]] static std::optional<queue> try_make(std::size_t capacity, mcpauth::error *why = nullptr) {
    mcpauth_queue *made = nullptr;
    mcpauth_error *err = nullptr;
    const mcpauth_result result = mcpauth_queue_new(capacity, &made, &err);
    const detail::handle<mcpauth_error, mcpauth_error_free> reason(err);
    if (result == MCPAUTH_OK) return queue(made);
    if (why != nullptr) *why = detail::error_of(result, err);
    return std::nullopt;
  }

  /** Readable as long as something is in the queue; -1 where it was moved away. */
  [[nodiscard]] int fd() const noexcept { return mcpauth_queue_fd(get()); }
  /** What has been in it longest; nothing where there is nothing now. Never waits. */
  [[nodiscard]] std::optional<event> next() const noexcept {
    mcpauth_event *taken = nullptr;
    if (mcpauth_queue_next(get(), &taken) != MCPAUTH_OK) return std::nullopt;
    return event(taken);
  }
  [[nodiscard]] mcpauth_queue *get() const noexcept { return queue_.get(); }

 private:
  explicit queue(mcpauth_queue *owned) noexcept : queue_(owned) {}

  detail::handle<mcpauth_queue, mcpauth_queue_free> queue_;
};

} // namespace mcpauth

#endif // MCPAUTH_QUEUE_HPP
