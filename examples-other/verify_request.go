// One request, from Go through cgo: who is the caller, or what is the answer?
//
// usage: verify_request RESOURCE ISSUER JWKS_FILE [TOKEN]
//
// It is built with `go build verify_request.go`: cgo finds the library through pkg-config.
package main

/*
#cgo pkg-config: mcpauth
#include <mcpauth.h>
#include <stdlib.h>
#include <string.h>

// Go may not lend C a struct that points to Go's memory, so the request is put together here.
static mcpauth_result judge(const mcpauth_verifier *verifier, char *method, char *path, char *authorization,
                            mcpauth_authinfo **caller, mcpauth_response **answer) {
  mcpauth_header header = {{"Authorization", 13}, {authorization, authorization ? strlen(authorization) : 0}};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.method.data = method, request.method.len = strlen(method);
  request.path.data = path, request.path.len = strlen(path);
  request.headers = &header, request.header_count = authorization ? 1 : 0;
  return mcpauth_handle(verifier, &request, caller, answer);
}
*/
import "C"

import (
	"fmt"
	"os"
)

func text(given C.mcpauth_str) string { return C.GoStringN(given.data, C.int(given.len)) }

func main() {
	// Copies that live as long as the program; a server frees them.
	arguments := make([]*C.char, 5)
	for i, argument := range os.Args {
		arguments[i] = C.CString(argument)
	}
	var config *C.mcpauth_config
	var issuer *C.mcpauth_issuer
	var verifier *C.mcpauth_verifier
	var why *C.mcpauth_error
	C.mcpauth_config_new(arguments[1], &config) // a setter that fails is kept, and mcpauth_verifier_new reports it
	C.mcpauth_config_add_issuer(config, arguments[2], &issuer)
	C.mcpauth_issuer_set_jwks_file(issuer, arguments[3])
	C.mcpauth_config_add_required_scope(config, C.CString("mcp:read"))
	if C.mcpauth_verifier_new(config, &verifier, &why) != C.MCPAUTH_OK {
		fmt.Fprintln(os.Stderr, text(C.mcpauth_error_message(why)))
		os.Exit(1)
	}
	defer C.mcpauth_config_free(config)
	defer C.mcpauth_verifier_free(verifier)

	var authorization *C.char
	if arguments[4] != nil {
		authorization = C.CString("Bearer " + os.Args[4])
	}
	var caller *C.mcpauth_authinfo
	var answer *C.mcpauth_response
	result := C.judge(verifier, C.CString("GET"), C.CString("/mcp"), authorization, &caller, &answer)
	defer C.mcpauth_authinfo_free(caller)
	defer C.mcpauth_response_free(answer)
	if result == C.MCPAUTH_OK {
		fmt.Println("hello", text(C.mcpauth_authinfo_subject(caller)))
		return
	}
	fmt.Println(C.mcpauth_response_status(answer), C.GoString(C.mcpauth_result_name(result)))
	fmt.Print(text(C.mcpauth_response_head(answer)))
}
