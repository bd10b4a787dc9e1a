# What Python drives: packaging, documents, the servers from outside, attacks, providers, parity; and lint.

# Nothing waits for ever: a test that hangs fails after ten minutes and shows where, and a run ends with the status 124.
PYTEST := timeout 3000 env $(PYTHON) -m pytest -q -p no:cacheprovider --timeout=600

.PHONY: check-abi
check-abi: $(BUILD)/lib/$(REALNAME) ## the same functions in header, export list and library; programs of 0.1.0 go on working
	@Tests/packaging/check-abi include/mcpauth.h pkgconfig/mcpauth.map $<
	@CC=$(CC) Tests/packaging/compare-abi include $(BUILD)/abi

.PHONY: lint
lint: ## what can be judged without building: clang-format, ruff, shellcheck, swift format, and our own rules
	@failed=0; SWIFT=$(SWIFT) tools/lint.sh $(VENV)/bin || failed=1; Tests/packaging/lint || failed=1; \
	tools/mutate.py --check || failed=1; exit $$failed

.PHONY: format
format: ## let clang-format, ruff and swift format put right what they can
	@SWIFT=$(SWIFT) tools/lint.sh $(VENV)/bin --fix

.PHONY: test-packaging
test-packaging: lint check-abi $(BUILD)/stripped/$(REALNAME) ## exports, header, install, versions
	@$(PYTEST) Tests/packaging

.PHONY: test-e2e
test-e2e: examples ## the example servers against the official MCP client
	@$(PYTEST) Tests/e2e

# Authorization servers, MCP clients and judges of others, for test-servers and test-judges.
SERVERS := $(BUILD)/servers

.PHONY: setup-servers
setup-servers: ## install the authorization servers and clients that test-servers runs, and a browser
	@Tests/servers/setup.sh $(SERVERS)

.PHONY: test-servers
test-servers: setup-servers examples ## real authorization servers and real clients with the example servers
	@SERVERS=$(SERVERS) $(PYTEST) -rs Tests/servers

.PHONY: setup-judges
setup-judges: # what test-judges runs, a part of what setup-servers installs
	@Tests/servers/setup.sh $(SERVERS) clients

.PHONY: test-judges
test-judges: setup-judges examples ## the example servers as outside judges and people's clients see them
	@SERVERS=$(SERVERS) $(PYTEST) -rs Tests/judges

.PHONY: test-dev-issuer
test-dev-issuer: setup-servers $(BUILD)/sanitized/examples/dev_issuer ## the development issuer, with ASan, LSan and UBSan
	@EXAMPLES=$(BUILD)/sanitized/examples $(PYTEST) Tests/dev_issuer

.PHONY: test-docs
test-docs: examples docs ## what the README says, done; the reference of the header is complete
	@$(PYTEST) Tests/docs

ATTACKS ?= Tests/attacks

.PHONY: test-attacks
test-attacks: $(STAGE)/lib/pkgconfig/mcpauth.pc ## the attacks, and other implementations' verdicts, on the installed library
	@MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so UNSTRIPPED=$(BUILD)/lib/$(REALNAME) $(PYTEST) -rs $(ATTACKS)

.PHONY: test-providers
test-providers: $(STAGE)/lib/pkgconfig/mcpauth.pc ## the recipes for identity providers, on tokens as these send them
	@MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so CC=$(CC) $(PYTEST) Tests/providers

.PHONY: test-parity
test-parity: $(STAGE)/lib/pkgconfig/mcpauth.pc ## the same requests to MCP Auth for Python and to this library
	@MCPAUTH_LIBRARY=$(STAGE)/lib/libmcpauth.so $(PYTEST) -W ignore::DeprecationWarning Tests/parity
