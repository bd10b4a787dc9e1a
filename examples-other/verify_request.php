<?php
/* One request, from PHP's FFI: who is the caller, or what is the answer?
 *
 * usage: php verify_request.php RESOURCE ISSUER JWKS_FILE [TOKEN]
 *        (MCPAUTH_CDEF: where mcpauth.cdef is, MCPAUTH_LIBRARY: the library)
 */
declare(strict_types=1);
$mcpauth = FFI::cdef(file_get_contents(getenv('MCPAUTH_CDEF')), getenv('MCPAUTH_LIBRARY') ?: 'libmcpauth.so.0.2');
[, $resource, $issuer_name, $keys] = $argv;

function text(FFI\CData $given): string { return FFI::string($given->data, $given->len); }

/* Points an mcpauth_str at a copy, which lasts as long as what is returned. */
function lend(FFI\CData $to, string $value): FFI\CData {
  $copy = FFI::new('char[' . strlen($value) + 1 . ']');
  FFI::memcpy($copy, $value, strlen($value));
  $to->data = FFI::cast('char *', FFI::addr($copy));
  $to->len = strlen($value);
  return $copy;
}

$config = $mcpauth->new('mcpauth_config *');
$issuer = $mcpauth->new('mcpauth_issuer *');
$verifier = $mcpauth->new('mcpauth_verifier *');
$error = $mcpauth->new('mcpauth_error *');
$mcpauth->mcpauth_config_new($resource, FFI::addr($config)); // a setter that fails is kept, and mcpauth_verifier_new says so
$mcpauth->mcpauth_config_add_issuer($config, $issuer_name, FFI::addr($issuer));
$mcpauth->mcpauth_issuer_set_jwks_file($issuer, $keys);
$mcpauth->mcpauth_config_add_required_scope($config, 'mcp:read');
if ($mcpauth->mcpauth_verifier_new($config, FFI::addr($verifier), FFI::addr($error)) !== $mcpauth->MCPAUTH_OK) {
  fwrite(STDERR, text($mcpauth->mcpauth_error_message($error)) . "\n");
  exit(1);
}

$request = $mcpauth->new('mcpauth_request');
$header = $mcpauth->new('mcpauth_header[1]');
$request->size = FFI::sizeof($request);
$kept = [lend($request->method, 'GET'), lend($request->path, '/mcp'), lend($header[0]->name, 'Authorization'),
         lend($header[0]->value, 'Bearer ' . ($argv[4] ?? ''))];
$request->headers = FFI::addr($header[0]);
$request->header_count = isset($argv[4]) ? 1 : 0;
$caller = $mcpauth->new('mcpauth_authinfo *');
$answer = $mcpauth->new('mcpauth_response *');
$result = $mcpauth->mcpauth_handle($verifier, FFI::addr($request), FFI::addr($caller), FFI::addr($answer));
if ($result === $mcpauth->MCPAUTH_OK) {
  echo 'hello ', text($mcpauth->mcpauth_authinfo_subject($caller)), "\n";
} else {
  echo $mcpauth->mcpauth_response_status($answer), ' ', $mcpauth->mcpauth_result_name($result), "\n";
  echo text($mcpauth->mcpauth_response_head($answer));
}
$mcpauth->mcpauth_authinfo_free($caller);
$mcpauth->mcpauth_response_free($answer);
$mcpauth->mcpauth_verifier_free($verifier);
$mcpauth->mcpauth_config_free($config);
