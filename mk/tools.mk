# The tools: three of the examples, under the names that packages have them by.

TOOLS := mcpauth-check mcpauth-verify mcpauth-dev-issuer
SOURCE_OF_mcpauth-check      := examples-c/check_issuer.c
SOURCE_OF_mcpauth-verify     := examples-c/verify_token.c
SOURCE_OF_mcpauth-dev-issuer := examples-c/dev_issuer/main.c
# Where a tool's own folder stands beside the library's, it finds the library wherever both are moved to.
TOOLS_RPATH := -Wl,-rpath,'$$ORIGIN/$(shell realpath -m --relative-to='$(PREFIX)/bin' '$(LIBDIR)')'

define tool
$(BUILD)/tools/$(1): $(SOURCE_OF_$(1)) mk/tools.mk $(wildcard examples-c/*.h examples-c/dev_issuer/*.h)
$(BUILD)/tools/$(1): $(STAGE)/lib/pkgconfig/mcpauth.pc
$(BUILD)/tools/$(1): $(if $(filter %/main.c,$(SOURCE_OF_$(1))),$(wildcard $(dir $(SOURCE_OF_$(1)))*.c))
endef
$(foreach name,$(TOOLS),$(eval $(call tool,$(name))))

$(addprefix $(BUILD)/tools/,$(TOOLS)): RPATH := $(TOOLS_RPATH)
$(addprefix $(BUILD)/tools/,$(TOOLS)):
	$(call build_example,-DPROGRAM='"$(@F)"' -ffile-prefix-map=$(CURDIR)=.)

# Man pages: what the opening comment says, and what --help does.
$(BUILD)/tools/man/%.1: $(BUILD)/tools/% tools/tool_page.py
	@mkdir -p $(@D)
	@LD_LIBRARY_PATH=$(STAGE)/lib $(RUN_TARGET) $< --help > $@.help
	@python3 tools/tool_page.py $(*F) $(SOURCE_OF_$(*F)) $@.help $(VERSION) > $@

.PHONY: install-tools
install-tools: $(addprefix $(BUILD)/tools/,$(TOOLS)) $(TOOLS:%=$(BUILD)/tools/man/%.1)
install-tools: ## install mcpauth-check, mcpauth-verify and mcpauth-dev-issuer, and their man pages, below PREFIX too
	@install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/man/man1'
	@for tool in $(TOOLS); do $(STRIP) --strip-all -o '$(DESTDIR)$(PREFIX)'/bin/$$tool $(BUILD)/tools/$$tool; done
	install -m 644 $(TOOLS:%=$(BUILD)/tools/man/%.1) '$(DESTDIR)$(PREFIX)/share/man/man1'
