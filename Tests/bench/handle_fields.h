/* A request as MCP clients send it, for handle_c.c and handle_cpp.cpp. */
#ifndef HANDLE_FIELDS_H
#define HANDLE_FIELDS_H

static const char *const FIELDS[][2] = {{"Host", "mcp.example.com"},
                                        {"User-Agent", "python-httpx/0.28.1"},
                                        {"Accept", "application/json, text/event-stream"},
                                        {"Accept-Encoding", "gzip, deflate"},
                                        {"Connection", "keep-alive"},
                                        {"Content-Type", "application/json"},
                                        {"Content-Length", "46"},
                                        {"Mcp-Protocol-Version", "2025-11-25"},
                                        {"Mcp-Session-Id", "1868a90c"}};
#define FIELD_COUNT (sizeof FIELDS / sizeof *FIELDS)
#define BODY "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"

#endif
