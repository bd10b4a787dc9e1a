# Installing, uninstalling, and the staged installation that examples and tests use.

# pcfiledir makes the installed tree relocatable: see mcpauth.pc.in.
define write_pc
sed -e 's|@VERSION@|$(VERSION)|' \
    -e "s|@UP@|$$(realpath -m --relative-to='$(LIBDIR)/pkgconfig' '$(PREFIX)')|" \
    -e "s|@LIBDIR@|$$(realpath -m --relative-to='$(PREFIX)' '$(LIBDIR)')|" \
    -e "s|@INCLUDEDIR@|$$(realpath -m --relative-to='$(PREFIX)' '$(INCLUDEDIR)')|" pkgconfig/mcpauth.pc.in
endef

HEADERS := $(wildcard include/mcpauth.h include/mcpauth.hpp)

.PHONY: install
install: $(BUILD)/stripped/$(REALNAME) ## install under PREFIX (default /usr/local), below DESTDIR when given
	@install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(INCLUDEDIR)'
	install -m 644 $(HEADERS) '$(DESTDIR)$(INCLUDEDIR)'
	install -m 755 $(BUILD)/stripped/$(REALNAME) '$(DESTDIR)$(LIBDIR)'
	@ln -sfn $(REALNAME) '$(DESTDIR)$(LIBDIR)/$(SONAME)'
	@ln -sfn $(SONAME) '$(DESTDIR)$(LIBDIR)/libmcpauth.so'
	@$(write_pc) > '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'
	@chmod 644 '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'

.PHONY: uninstall
uninstall: ## remove what install put there (same PREFIX and DESTDIR)
	rm -f $(foreach header,$(notdir $(HEADERS)),'$(DESTDIR)$(INCLUDEDIR)/$(header)') \
	  $(foreach library,$(REALNAME) $(SONAME) libmcpauth.so,'$(DESTDIR)$(LIBDIR)/$(library)') \
	  '$(DESTDIR)$(LIBDIR)/pkgconfig/mcpauth.pc'

# Examples and tests use the library as a user does: installed, found through pkg-config.
$(STAGE)/lib/pkgconfig/mcpauth.pc: $(BUILD)/stripped/$(REALNAME) $(HEADERS) pkgconfig/mcpauth.pc.in
	@rm -rf $(STAGE)
	@$(MAKE) install PREFIX=$(STAGE) DESTDIR= LIBDIR=$(STAGE)/lib INCLUDEDIR=$(STAGE)/include
