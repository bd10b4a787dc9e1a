/* Asynchronous calls and coroutines from C++. C++20. */
#include <poll.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "cpp_fixture.hpp"

#ifndef MCPAUTH_HPP_COROUTINES
#error "this compiler has coroutines, and mcpauth.hpp does not see them"
#endif

/* ---- done callbacks --------------------------------------------------------------------------------------------- */

static void done_runs_once_on_a_thread_of_the_library(void) {
  std::promise<std::pair<mcpauth::decision, std::thread::id>> handled, authorized;
  std::promise<mcpauth::verification> verified;
  const mcpauth::verifier verifier = good_config().build();
  {
    const std::string authorization = "Bearer " + token();
    const mcpauth::request request = post(authorization, ping);
    CHECK_RESULT(verifier.handle_async(request,
                                       [&handled](mcpauth::decision decision) {
                                         handled.set_value({std::move(decision), std::this_thread::get_id()});
                                       }),
                 MCPAUTH_OK);
    CHECK_RESULT(verifier.authorize_async(post("", ping),
                                          [&authorized](mcpauth::decision decision) {
                                            authorized.set_value({std::move(decision), std::this_thread::get_id()});
                                          }),
                 MCPAUTH_OK);
    CHECK_RESULT(
        verifier.verify_async(token(), [&verified](mcpauth::verification end) { verified.set_value(std::move(end)); }),
        MCPAUTH_OK);
  } // the request was copied
  const auto [decision, thread] = handled.get_future().get();
  CHECK(decision && thread != std::this_thread::get_id());
  CHECK_TEXT(decision.caller().subject(), SUBJECT);
  CHECK_INT(authorized.get_future().get().first.response().status(), 401);
  CHECK_TEXT(verified.get_future().get().caller().subject(), SUBJECT);
}

static std::promise<std::string> *heard;
static void hear(const char *callback, std::exception_ptr) { heard->set_value(callback); }

/* What somebody threw is heard of, and where. */
template <class Run>
static std::string heard_from(Run run) {
  std::promise<std::string> promise;
  heard = &promise;
  mcpauth::set_exception_handler(hear);
  run();
  const std::string callback = promise.get_future().get();
  mcpauth::set_exception_handler(nullptr);
  return callback;
}

static void an_exception_in_done_ends_there(void) {
  const mcpauth::verifier verifier = good_config().build();
  CHECK_TEXT(heard_from([&] {
               CHECK_RESULT(verifier.verify_async("x", [](mcpauth::verification) { throw std::runtime_error("x"); }),
                            MCPAUTH_OK);
             }),
             "done");
  CHECK_TEXT(heard_from([&] {
               CHECK_RESULT(verifier.handle_async(post("", ping), [](mcpauth::decision) { throw 1; }), MCPAUTH_OK);
             }),
             "done");
}

/* ---- a queue ---------------------------------------------------------------------------------------------------- */

static mcpauth::event next_of(const mcpauth::queue &queue) {
  pollfd waited{queue.fd(), POLLIN, 0};
  poll(&waited, 1, -1);
  return *queue.next();
}

static void a_queue_brings_outcomes_and_log_entries(void) {
  mcpauth::queue queue(10);
  const mcpauth::verifier verifier = good_config().set_log_queue(MCPAUTH_LOG_DEBUG, queue).build();
  const std::string authorization = "Bearer " + token();
  CHECK(!queue.next());
  CHECK_RESULT(verifier.handle_queued(post(authorization, ping), queue, 7), MCPAUTH_OK);
  const mcpauth::event let_in = next_of(queue);
  CHECK(let_in.is_call() && let_in.id() == 7 && let_in.result() == MCPAUTH_OK && !let_in.response());
  CHECK_TEXT(mcpauth::caller(let_in.caller()).subject(), SUBJECT);
  CHECK_RESULT(verifier.authorize_queued(post("", ping), queue, 8), MCPAUTH_OK);
  CHECK_RESULT(verifier.verify_queued("x", queue, 9), MCPAUTH_OK);
  unsigned refused = 0, logged = 0;
  while (refused < 2 || logged < 2) {
    const mcpauth::event event = next_of(queue);
    if (event.is_call()) {
      CHECK(event.error() && !event.caller() && event.response().status() == (event.id() == 8 ? 401 : 500));
      refused++;
    } else {
      CHECK(event.log_level() == MCPAUTH_LOG_DEBUG && event.lost_log_entries() == 0);
      CHECK_HAS(event.log_message(), "401");
      logged++;
    }
  }
  const mcpauth::queue moved = std::move(queue);
  CHECK(queue.fd() == -1 && !queue.next());
  CHECK_RESULT(verifier.verify_queued("x", queue, 1), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth::error why;
  CHECK(!mcpauth::queue::try_make(1000001, &why));
  CHECK_RESULT(why.result(), MCPAUTH_ERR_INVALID_ARGUMENT);
  try {
    const mcpauth::queue too_large(1000001);
    CHECK_FAIL("a queue of that size was made");
  } catch (const mcpauth::error &thrown) { CHECK_TEXT(thrown.what(), why.what()); }
}

/* ---- coroutines ------------------------------------------------------------------------------------------------- */

/* A coroutine that runs by itself and whose end, or exception, is waited for. */
struct task {
  struct promise_type {
    std::promise<void> end;
    task get_return_object() { return task{end.get_future()}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() { end.set_value(); }
    void unhandled_exception() { end.set_exception(std::current_exception()); }
  };
  std::future<void> end;
};

/* An event loop of one thread, the caller's. */
class loop {
 public:
  void post(std::coroutine_handle<> waiting) {
    const std::lock_guard<std::mutex> guard(lock_);
    waiting_.push_back(waiting);
    changed_.notify_one();
  }
  void run_one() {
    std::unique_lock<std::mutex> guard(lock_);
    changed_.wait(guard, [&] { return !waiting_.empty(); });
    const std::coroutine_handle<> next = waiting_.front();
    waiting_.pop_front();
    guard.unlock();
    next.resume();
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::coroutine_handle<>> waiting_;
};

static task judge(const mcpauth::verifier &verifier, std::thread::id *resumed_on) {
  const std::string authorization = "Bearer " + token();
  const mcpauth::decision decision = co_await mcpauth::co_handle(verifier, post(authorization, ping));
  CHECK(decision);
  CHECK_TEXT(decision.caller().subject(), SUBJECT);
  const mcpauth::decision denied = co_await mcpauth::co_authorize(verifier, post("", ping));
  CHECK_INT(denied.response().status(), 401);
  const mcpauth::verification old = co_await mcpauth::co_verify(verifier, token(R"({"exp":5})"));
  CHECK_RESULT(old.error().result(), MCPAUTH_ERR_TOKEN_EXPIRED);
  *resumed_on = std::this_thread::get_id();
}

static void a_coroutine_goes_on_on_a_thread_of_the_library(void) {
  const mcpauth::verifier verifier = good_config().build();
  std::thread::id resumed_on;
  judge(verifier, &resumed_on).end.get();
  CHECK(resumed_on != std::this_thread::get_id() && resumed_on != std::thread::id());
}

static task judge_in(loop &events, const mcpauth::verifier &verifier, unsigned *ended) {
  const std::thread::id here = std::this_thread::get_id();
  const std::string authorization = "Bearer " + token();
  const mcpauth::request request = post(authorization, ping);
  mcpauth::decision decision = verifier.try_handle(request);
  CHECK(decision.would_block());
  decision = co_await mcpauth::co_handle(verifier, request, [&events](auto waiting) { events.post(waiting); });
  CHECK(decision);
  CHECK(std::this_thread::get_id() == here);
  ++*ended;
}

static void a_coroutine_goes_on_in_the_hosts_loop(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/keys", 200, fixture_jwks(), nullptr);
  key_server_hold(server, "/keys", 1);
  mcpauth::config config(RESOURCE);
  config.make_issuer(ISSUER).set_jwks_uri(std::string(key_server_url(server)) + "/keys").allow_http_on_loopback();
  const mcpauth::verifier verifier = config.set_clock([] { return std::int64_t{NOW}; }).build();
  loop events;
  unsigned ended = 0;
  for (int i = 0; i < 20; i++) (void)judge_in(events, verifier, &ended);
  CHECK_INT(ended, 0); // all wait for the key, and this thread does not
  key_server_release(server);
  for (int i = 0; i < 20; i++) events.run_one();
  CHECK_INT(ended, 20);
  CHECK_INT(key_server_hits(server, "/keys"), 1);
  key_server_stop(server);
}

/* A coroutine whose promise lets exceptions out, into the thread that resumes it. */
struct careless {
  struct promise_type {
    careless get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<> frame; // ends at its final suspension, and is destroyed by whoever has it
};

/* A coroutine that somebody else ends. */
static careless forgotten(const mcpauth::verifier &verifier, bool *went_on) {
  (void)co_await mcpauth::co_verify(verifier, token());
  *went_on = true;
}

static void a_coroutine_may_be_destroyed_while_it_waits(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/keys", 200, fixture_jwks(), nullptr);
  key_server_hold(server, "/keys", 1);
  mcpauth::config config(RESOURCE);
  config.make_issuer(ISSUER).set_jwks_uri(std::string(key_server_url(server)) + "/keys").allow_http_on_loopback();
  const mcpauth::verifier verifier = config.set_clock([] { return std::int64_t{NOW}; }).build();
  bool went_on = false;
  forgotten(verifier, &went_on).frame.destroy();
  std::thread::id resumed_on;
  const task waiting = judge(verifier, &resumed_on); // behind it
  key_server_release(server);
  waiting.end.wait();
  CHECK(!went_on);
  key_server_stop(server);
}

static task refused_by_its_loop(const mcpauth::verifier &verifier, mcpauth_result *result) {
  const auto full = [](std::coroutine_handle<>) { throw std::runtime_error("the queue is full"); };
  *result = (co_await mcpauth::co_verify(verifier, token(), full)).result();
}

static task throwing(const mcpauth::verifier &verifier) {
  (void)co_await mcpauth::co_verify(verifier, token());
  throw std::runtime_error("the handler failed");
}

static careless letting_out(const mcpauth::verifier &verifier) {
  (void)co_await mcpauth::co_verify(verifier, token());
  throw 1;
}

static void exceptions_around_a_coroutine_go_where_they_belong(void) {
  const mcpauth::verifier verifier = good_config().build();
  mcpauth_result result = MCPAUTH_OK;
  CHECK_TEXT(heard_from([&] { refused_by_its_loop(verifier, &result).end.get(); }), "resume");
  CHECK_RESULT(result, MCPAUTH_ERR_CALLBACK_FAILED);
  try {
    throwing(verifier).end.get();
    CHECK_FAIL("the exception is lost");
  } catch (const std::runtime_error &error) { CHECK_TEXT(error.what(), "the handler failed"); }
  careless left;
  CHECK_TEXT(heard_from([&] { left = letting_out(verifier); }), "resume");
  left.frame.destroy();
}

static task of_nothing(const mcpauth::verifier &verifier, mcpauth_result *result) {
  *result = (co_await mcpauth::co_handle(verifier, mcpauth::request("GET", "/mcp"))).result();
}

static void a_call_that_is_not_taken_goes_on_at_once(void) {
  mcpauth::verifier verifier = good_config().build();
  const mcpauth::verifier other = std::move(verifier);
  mcpauth_result result = MCPAUTH_OK;
  of_nothing(verifier, &result).end.get();
  CHECK_RESULT(result, MCPAUTH_ERR_NULL_PARAMETER);
}

CHECK_MAIN(CASE(done_runs_once_on_a_thread_of_the_library), CASE(an_exception_in_done_ends_there),
           CASE(a_queue_brings_outcomes_and_log_entries), CASE(a_coroutine_goes_on_on_a_thread_of_the_library),
           CASE(a_coroutine_goes_on_in_the_hosts_loop), CASE(a_coroutine_may_be_destroyed_while_it_waits),
           CASE(exceptions_around_a_coroutine_go_where_they_belong), CASE(a_call_that_is_not_taken_goes_on_at_once))
