# nginx in front of an MCP server, with mcpauth-authz: docs/nginx.md.

.PHONY: setup-nginx
setup-nginx: # Debian's nginx, unpacked
	@tools/need.sh --unpack $(BUILD)/nginx nginx=nginx

.PHONY: test-nginx
test-nginx: setup-nginx $(BUILD)/sanitized/examples/mcpauth-authz ## the nginx.conf of docs/nginx.md, with ASan, LSan and UBSan
	@NGINX=$(BUILD)/nginx/usr/sbin/nginx EXAMPLES=$(BUILD)/sanitized/examples $(PYTEST) -rs Tests/nginx
