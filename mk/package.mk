# Debian packages, by debian/ and debhelper: `dpkg-buildpackage -b` makes the same ones beside the sources.

.PHONY: deb
deb: ## Debian packages of library and development files, into build/deb
	@command -v dh >/dev/null || { echo "debhelper is missing: run 'make setup', or install it" >&2; exit 1; }
	@rm -rf $(BUILD)/deb/*.deb debian/.debhelper debian/tmp debian/debhelper-build-stamp && mkdir -p $(BUILD)/deb
	@env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL MCPAUTH_DEB=$(BUILD)/deb debian/rules binary
	@debian/rules clean >/dev/null && ls $(BUILD)/deb/*.deb
