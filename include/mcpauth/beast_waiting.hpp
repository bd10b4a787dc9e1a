/** @file beast_waiting.hpp @brief What waits for a decision, and how it is posted back to Asio. A part of beast.hpp. */
#ifndef MCPAUTH_BEAST_WAITING_HPP
#define MCPAUTH_BEAST_WAITING_HPP

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "../mcpauth.hpp"

/** @cond */
namespace mcpauth::detail {

/**
 * Handlers of Asio by the numbers of their requests. They belong to this object and not to the library's call, so that
 * none is left on a thread of the library when the io_context has gone: then a decision goes nowhere.
 */
class beast_waiting {
 public:
  beast_waiting() : all_(std::make_shared<handlers>()) {}
  beast_waiting(const beast_waiting &) = delete;
  beast_waiting &operator=(const beast_waiting &) = delete;
  ~beast_waiting() {
    std::map<std::uint64_t, std::unique_ptr<waiting>> left; // destroyed without the lock: a handler may own anything
    const std::lock_guard<std::mutex> held(all_->lock);
    left.swap(all_->by_number);
    all_->closed = true;
  }

  template <class Executor, class Handler>
  std::uint64_t add(const Executor &executor, Handler handler) {
    auto added = std::make_unique<waiting_for<Executor, Handler>>(executor, std::move(handler));
    const std::lock_guard<std::mutex> held(all_->lock);
    all_->by_number.emplace(++all_->last_number, std::move(added));
    return all_->last_number;
  }
  /** What verifier::handle_async() calls. */
  [[nodiscard]] auto sender(std::uint64_t number) const {
    return [all = all_, number](decision decided) { all->finish(number, std::move(decided)); };
  }
  void finish(std::uint64_t number, decision decided) { all_->finish(number, std::move(decided)); }

 private:
  struct waiting {
    virtual ~waiting() = default;
    virtual void post(decision decided) = 0;
  };
  template <class Executor, class Handler>
  struct waiting_for : waiting {
    waiting_for(const Executor &executor, Handler waits) : work(executor), handler(std::move(waits)) {}
    void post(decision decided) override {
      boost::asio::post(work.get_executor(), [handler = std::move(handler), decided = std::move(decided)]() mutable {
        handler(std::move(decided));
      });
    }
    boost::asio::executor_work_guard<Executor> work; // run() goes on while somebody waits
    Handler handler;
  };
  struct handlers {
    /** Under the lock all the time, so that the io_context cannot go meanwhile. */
    void finish(std::uint64_t number, decision decided) {
      const std::lock_guard<std::mutex> held(lock);
      const auto found = by_number.find(number);
      if (closed || found == by_number.end()) return;
      const std::unique_ptr<waiting> taken = std::move(found->second);
      by_number.erase(found);
      taken->post(std::move(decided));
    }
    std::mutex lock;
    std::map<std::uint64_t, std::unique_ptr<waiting>> by_number;
    std::uint64_t last_number = 0;
    bool closed = false;
  };

  std::shared_ptr<handlers> all_;
};

} // namespace mcpauth::detail
/** @endcond */

#endif // MCPAUTH_BEAST_WAITING_HPP
