// What the JSON readers that C++ hosts use find in a request's body.
#pragma once

#include <string>
#include <vector>

// A tool is called that is guarded, a guarded prompt is asked for or a guarded resource read, as a host would see it.
struct HostReader {
  const char *name;
  bool (*calls_guarded)(const std::string &body);
};

extern const std::vector<HostReader> host_readers;

inline constexpr const char *guarded_tool = "guarded", *guarded_resource = "file:///guarded";
