#include "hosts.hpp"

#include <cjson/cJSON.h>
#include <rapidjson/document.h>
#include <simdjson.h>
#include <strings.h>

#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

using std::string_view;

// ---- how hosts compare ------------------------------------------------------------------------------------------------

using Same = bool (*)(string_view found, string_view wanted);

static bool same_bytes(string_view found, string_view wanted) { return found == wanted; }

// A NUL ends a C string.
static bool same_c_string(string_view found, string_view wanted) { return found.substr(0, found.find('\0')) == wanted; }

static bool same_in_any_case(string_view found, string_view wanted) {
  return found.size() == wanted.size() && strncasecmp(found.data(), wanted.data(), wanted.size()) == 0;
}

// As Go's encoding/json: beside upper and lower case, U+017F is an s and U+212A a k.
static bool same_folded(string_view found, string_view wanted) {
  std::string folded(found);
  for (size_t at; (at = folded.find("\xC5\xBF")) != std::string::npos;) folded.replace(at, 2, "s");
  for (size_t at; (at = folded.find("\xE2\x84\xAA")) != std::string::npos;) folded.replace(at, 3, "k");
  return same_in_any_case(folded, wanted);
}

static bool is_guarded(string_view method, string_view tool, string_view resource) {
  for (Same same : {same_bytes, same_c_string}) {
    if (same(method, "tools/call") && same(tool, guarded_tool)) return true;
    if (same(method, "resources/read") && same(resource, guarded_resource)) return true;
  }
  return false;
}

// Of one message or of any in a batch.
template <typename Value>
static bool any_message(const Value &root, bool (*is_array)(const Value &), bool (*judge)(const Value &)) {
  if (!is_array(root)) return judge(root);
  for (auto &message : root) {
    if (judge(message)) return true;
  }
  return false;
}

// ---- nlohmann -----------------------------------------------------------------------------------------------------------

template <typename Json>
static std::string string_of(const Json &object, const char *name) {
  if (!object.is_object()) return "";
  auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->template get<std::string>() : "";
}

template <typename Json>
static bool judge_nlohmann(const Json &message) {
  if (!message.is_object() || !message.contains("params")) return false;
  const Json &params = message["params"];
  return is_guarded(string_of(message, "method"), string_of(params, "name"), string_of(params, "uri"));
}

template <typename Json, bool ignores_comments>
static bool nlohmann_reader(const std::string &body) {
  Json root = Json::parse(body, nullptr, false, ignores_comments);
  if (root.is_discarded()) return false;
  return any_message<Json>(root, [](const Json &value) { return value.is_array(); }, judge_nlohmann<Json>);
}

// ---- RapidJSON, which keeps all members of the same name ----------------------------------------------------------------

using Rapid = rapidjson::Value;

static string_view text_of(const Rapid &value) {
  return value.IsString() ? string_view(value.GetString(), value.GetStringLength()) : string_view();
}

// Whether some member that goes by this name satisfies.
static bool any_member(const Rapid &object, Same same, const char *name,
                       const std::function<bool(const Rapid &)> &judge) {
  if (!object.IsObject()) return false;
  for (auto &member : object.GetObject()) {
    if (same(text_of(member.name), name) && judge(member.value)) return true;
  }
  return false;
}

// A host may take the first of several members or the last, or merge them: here any of them counts.
template <Same same>
static bool judge_rapid(const Rapid &message) {
  return any_member(message, same, "method", [&](const Rapid &method) {
    return any_member(message, same, "params", [&](const Rapid &params) {
      return any_member(params, same, "name",
                        [&](const Rapid &name) { return is_guarded(text_of(method), text_of(name), ""); }) ||
             any_member(params, same, "uri",
                        [&](const Rapid &uri) { return is_guarded(text_of(method), "", text_of(uri)); });
    });
  });
}

template <unsigned flags, Same same>
static bool rapid_reader(const std::string &body) {
  rapidjson::Document root;
  if constexpr ((flags & rapidjson::kParseInsituFlag) != 0) {
    std::string copy = body;
    root.ParseInsitu<flags>(copy.data());
    return !root.HasParseError() &&
           (root.IsArray() ? std::any_of(root.Begin(), root.End(), judge_rapid<same>) : judge_rapid<same>(root));
  }
  root.Parse<flags>(body.data(), body.size());
  if (root.HasParseError()) return false;
  return root.IsArray() ? std::any_of(root.Begin(), root.End(), judge_rapid<same>) : judge_rapid<same>(root);
}

static constexpr unsigned strict = rapidjson::kParseDefaultFlags | rapidjson::kParseIterativeFlag;
static constexpr unsigned lenient = strict | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag |
                                    rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseNanAndInfFlag;

// ---- cJSON --------------------------------------------------------------------------------------------------------------

using Get = cJSON *(*)(const cJSON *, const char *);

static string_view text_of(const cJSON *value) {
  return cJSON_IsString(value) ? string_view(value->valuestring) : string_view();
}

template <Get get>
static bool judge_cjson(const cJSON *message) {
  const cJSON *params = get(message, "params");
  return is_guarded(text_of(get(message, "method")), text_of(get(params, "name")), text_of(get(params, "uri")));
}

template <Get get, bool knows_length>
static bool cjson_reader(const std::string &body) {
  cJSON *root = knows_length ? cJSON_ParseWithLength(body.data(), body.size()) : cJSON_Parse(body.c_str());
  bool found = judge_cjson<get>(root);
  if (cJSON_IsArray(root)) {
    for (const cJSON *message = root->child; message; message = message->next)
      found = found || judge_cjson<get>(message);
  }
  cJSON_Delete(root);
  return found;
}

// ---- simdjson -----------------------------------------------------------------------------------------------------------

static string_view text_of(simdjson::simdjson_result<simdjson::dom::element> value) {
  string_view text;
  return value.get(text) ? string_view() : text;
}

static bool judge_dom(const simdjson::dom::element &message) {
  auto method = text_of(message["method"]);
  auto params = message["params"];
  if (is_guarded(method, text_of(params["name"]), text_of(params["uri"]))) return true;
  simdjson::dom::object object, inner;
  if (message.get(object)) return false;
  method = text_of(object.at_key_case_insensitive("method"));
  if (object.at_key_case_insensitive("params").get(inner)) return false;
  return is_guarded(method, text_of(inner.at_key_case_insensitive("name")),
                    text_of(inner.at_key_case_insensitive("uri")));
}

static bool simdjson_dom(const std::string &body) {
  static simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(body).get(root)) return false;
  simdjson::dom::array batch;
  if (root.get(batch)) return judge_dom(root);
  for (auto message : batch) {
    if (judge_dom(message)) return true;
  }
  return false;
}

// Reads only as far as it is asked, and so takes texts that are no JSON.
// The text of a member; empty where there is none. False where the text turned out to be broken: nothing may be read then.
static bool read_text(simdjson::ondemand::object &object, string_view name, std::string &text) {
  string_view found;
  auto error = object.find_field_unordered(name).get_string().get(found);
  if (!error) text = found;
  return !error || error == simdjson::NO_SUCH_FIELD || error == simdjson::INCORRECT_TYPE;
}

static bool judge_ondemand(simdjson::ondemand::object message) {
  std::string method, tool, resource;
  simdjson::ondemand::object params;
  if (!read_text(message, "method", method) || message.find_field_unordered("params").get_object().get(params))
    return false;
  if (!read_text(params, "name", tool)) return false;
  if (is_guarded(method, tool, "")) return true;
  return read_text(params, "uri", resource) && is_guarded(method, "", resource);
}

static bool simdjson_ondemand(const std::string &body) {
  static simdjson::ondemand::parser parser;
  simdjson::padded_string padded(body);
  simdjson::ondemand::document root;
  if (parser.iterate(padded).get(root)) return false;
  simdjson::ondemand::json_type type;
  if (root.type().get(type)) return false;
  simdjson::ondemand::object message;
  if (type == simdjson::ondemand::json_type::object) return !root.get_object().get(message) && judge_ondemand(message);
  simdjson::ondemand::array batch;
  if (type != simdjson::ondemand::json_type::array || root.get_array().get(batch)) return false;
  for (auto element : batch) {
    if (element.get_object().get(message)) return false;
    if (judge_ondemand(message)) return true;
  }
  return false;
}

// ---- all of them ----------------------------------------------------------------------------------------------------------

const std::vector<HostReader> host_readers = {
    {"nlohmann", nlohmann_reader<nlohmann::json, false>},
    {"nlohmann, which ignores comments", nlohmann_reader<nlohmann::json, true>},
    {"nlohmann, ordered", nlohmann_reader<nlohmann::ordered_json, false>},
    {"RapidJSON", rapid_reader<strict, same_bytes>},
    {"RapidJSON, compared as C strings", rapid_reader<strict, same_c_string>},
    {"RapidJSON, lenient", rapid_reader<lenient, same_bytes>},
    {"RapidJSON, in place up to a NUL", rapid_reader<lenient | rapidjson::kParseInsituFlag, same_c_string>},
    {"RapidJSON, compared in any case", rapid_reader<lenient, same_in_any_case>},
    {"RapidJSON, compared as Go does", rapid_reader<lenient, same_folded>},
    {"cJSON", cjson_reader<cJSON_GetObjectItemCaseSensitive, true>},
    {"cJSON, which ignores case", cjson_reader<cJSON_GetObjectItem, true>},
    {"cJSON, up to a NUL", cjson_reader<cJSON_GetObjectItem, false>},
    {"simdjson", simdjson_dom},
    {"simdjson, on demand", simdjson_ondemand},
};
