# Rules taken out one at a time: does a test notice each? Too long for `make test`, which looks only whether the list fits.

.PHONY: mutate
mutate: $(addprefix $(BUILD)/tests/,$(C_TESTS)) ## take rules out, one at a time: which test notices? (RULE='A52|A53': some)
	@SONAME=$(SONAME) SWIFT=$(SWIFT) tools/mutate.py $(BUILD)/mutate $(BUILD)/tests $(VENV) $(if $(RULE),'$(RULE)')
