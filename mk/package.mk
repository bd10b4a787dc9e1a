# Debian packages.

# Absolute, as the packages are for Debian's own layout.
MULTIARCH = $(shell $(CC) -print-multiarch)

.PHONY: deb
deb: $(BUILD)/stripped/$(REALNAME) ## Debian packages of library and development files, into build/deb
	@rm -rf $(BUILD)/deb
	@$(MAKE) install PREFIX=/usr LIBDIR=/usr/lib/$(MULTIARCH) INCLUDEDIR=/usr/include DESTDIR=$(BUILD)/deb/tree >/dev/null
	@tools/deb.sh $(BUILD)/deb/tree $(VERSION) $(SOVERSION) $(BUILD)/deb
