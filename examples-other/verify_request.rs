//! One request, from Rust without a crate: who is the caller, or what is the answer?
//!
//! usage: verify_request RESOURCE ISSUER JWKS_FILE [TOKEN]
//!
//! It is built with `rustc verify_request.rs $(pkg-config --libs mcpauth)`. What a program of size declares by hand here,
//! bindgen makes of mcpauth.h.
use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_int};
use std::ptr::{null, null_mut};

#[repr(C)]
#[derive(Clone, Copy)]
struct Str {
    data: *const c_char,
    len: usize,
}

#[repr(C)]
struct Header {
    name: Str,
    value: Str,
}

/// mcpauth_request: its members, in its order.
#[repr(C)]
struct Request {
    size: usize,
    authorization: *const Str,
    authorization_count: usize,
    dpop: *const Str,
    dpop_count: usize,
    method: Str,
    url: Str,
    mcp_method: Str,
    mcp_name: Str,
    client_certificate_der: Str,
    body: Str,
    headers: *const Header,
    header_count: usize,
    path: Str,
}

macro_rules! handles { ($($name:ident)*) => { $(#[repr(C)] struct $name { _private: [u8; 0] })* } }
handles!(Config Issuer Verifier AuthInfo Response Error);

#[link(name = "mcpauth")]
extern "C" {
    fn mcpauth_config_new(resource: *const c_char, out: *mut *mut Config) -> u32;
    fn mcpauth_config_add_issuer(config: *mut Config, issuer: *const c_char, out: *mut *mut Issuer) -> u32;
    fn mcpauth_issuer_set_jwks_file(issuer: *mut Issuer, path: *const c_char) -> u32;
    fn mcpauth_config_add_required_scope(config: *mut Config, scope: *const c_char) -> u32;
    fn mcpauth_config_free(config: *mut Config);
    fn mcpauth_verifier_new(config: *const Config, out: *mut *mut Verifier, err: *mut *mut Error) -> u32;
    fn mcpauth_verifier_free(verifier: *mut Verifier);
    fn mcpauth_error_message(err: *const Error) -> Str;
    fn mcpauth_handle(
        verifier: *const Verifier, request: *const Request, info: *mut *mut AuthInfo, response: *mut *mut Response,
    ) -> u32;
    fn mcpauth_authinfo_subject(info: *const AuthInfo) -> Str;
    fn mcpauth_authinfo_free(info: *mut AuthInfo);
    fn mcpauth_response_status(response: *const Response) -> c_int;
    fn mcpauth_response_head(response: *const Response) -> Str;
    fn mcpauth_response_free(response: *mut Response);
    fn mcpauth_result_name(result: u32) -> *const c_char;
}
const MCPAUTH_OK: u32 = 0;

fn lent(text: &str) -> Str {
    Str { data: text.as_ptr().cast(), len: text.len() }
}

unsafe fn text(given: Str) -> String {
    String::from_utf8_lossy(std::slice::from_raw_parts(given.data.cast(), given.len)).into_owned()
}

fn main() {
    let arguments: Vec<CString> = std::env::args().map(|argument| CString::new(argument).unwrap()).collect();
    let (mut config, mut issuer, mut verifier, mut why) = (null_mut(), null_mut(), null_mut(), null_mut());
    let scope = CString::new("mcp:read").unwrap();
    unsafe {
        mcpauth_config_new(arguments[1].as_ptr(), &mut config); // a setter's failure is reported by mcpauth_verifier_new
        mcpauth_config_add_issuer(config, arguments[2].as_ptr(), &mut issuer);
        mcpauth_issuer_set_jwks_file(issuer, arguments[3].as_ptr());
        mcpauth_config_add_required_scope(config, scope.as_ptr());
        if mcpauth_verifier_new(config, &mut verifier, &mut why) != MCPAUTH_OK {
            eprintln!("{}", text(mcpauth_error_message(why)));
            std::process::exit(1);
        }

        let bearer = std::env::args().nth(4).map(|token| format!("Bearer {token}"));
        let headers: Vec<Header> =
            bearer.iter().map(|value| Header { name: lent("Authorization"), value: lent(value) }).collect();
        let empty = Str { data: null(), len: 0 };
        let request = Request {
            size: std::mem::size_of::<Request>(), authorization: null(), authorization_count: 0, dpop: null(),
            dpop_count: 0, method: lent("GET"), url: empty, mcp_method: empty, mcp_name: empty,
            client_certificate_der: empty, body: empty, headers: headers.as_ptr(), header_count: headers.len(),
            path: lent("/mcp"),
        };
        let (mut caller, mut answer) = (null_mut(), null_mut());
        let result = mcpauth_handle(verifier, &request, &mut caller, &mut answer);
        if result == MCPAUTH_OK {
            println!("hello {}", text(mcpauth_authinfo_subject(caller)));
        } else {
            println!("{} {}", mcpauth_response_status(answer), CStr::from_ptr(mcpauth_result_name(result)).to_string_lossy());
            print!("{}", text(mcpauth_response_head(answer)));
        }
        mcpauth_authinfo_free(caller);
        mcpauth_response_free(answer);
        mcpauth_verifier_free(verifier);
        mcpauth_config_free(config);
    }
}
