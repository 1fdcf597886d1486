//! A server on loopback that hears requests and gives each the same answer: what goes over the wire is what counts.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivatePkcs8KeyDer};

/// The server. Its thread ends with the test's process.
pub(in crate::aws) struct Listener {
    url: String,
    heard: Heard,
}

impl Listener {
    /// One that answers with this status line and body.
    pub(in crate::aws) fn answering(status: &'static str, body: &str) -> Self {
        let body = body.to_owned();
        let (address, heard) = serve(move |stream, record| hear(stream, record, status, &body));
        Self { url: format!("http://{address}"), heard }
    }

    /// One that speaks TLS, with its own certificate, in PEM.
    pub(in crate::aws) fn with_certificate(status: &'static str, body: &str) -> (Self, String) {
        let names = vec!["127.0.0.1".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).expect("an address can be certified");
        let key = PrivatePkcs8KeyDer::from(own.key_pair.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks them")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key.into())
            .expect("the key is the certificate's");
        let (config, body) = (Arc::new(config), body.to_owned());
        let (address, heard) = serve(move |stream, record| {
            let Ok(session) = ServerConnection::new(config.clone()) else { return };
            hear(StreamOwned::new(session, stream), record, status, &body);
        });
        (Self { url: format!("https://{address}"), heard }, own.cert.pem())
    }

    /// One that takes every caller for somebody of this account.
    pub(in crate::aws) fn of_account(account: &str) -> Self {
        let answer = format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::{account}:user/x</Arn><UserId>AIDAX</UserId><Account>{account}</Account>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
        Self::answering("200 OK", &answer)
    }

    /// Its URL, `http://127.0.0.1:PORT`.
    pub(in crate::aws) fn url(&self) -> String {
        self.url.clone()
    }

    /// The requests until now, head and body.
    pub(in crate::aws) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

type Heard = Arc<Mutex<Vec<String>>>;

fn serve(answer: impl Fn(TcpStream, &Mutex<Vec<String>>) + Clone + Send + 'static) -> (SocketAddr, Heard) {
    let server = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = server.local_addr().expect("it is bound");
    let heard = Heard::default();
    let record = heard.clone();
    thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let (answer, record) = (answer.clone(), record.clone());
            thread::spawn(move || answer(stream, &record));
        }
    });
    (address, heard)
}

fn hear(stream: impl Read + Write, record: &Mutex<Vec<String>>, status: &str, body: &str) {
    let mut lines = BufReader::new(stream);
    loop {
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            if !matches!(lines.read_line(&mut request), Ok(read) if read > 0) {
                return;
            }
        }
        let length = request.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().ok())?
        });
        let mut content = vec![0; length.unwrap_or(0)];
        if lines.read_exact(&mut content).is_err() {
            return;
        }
        request += &String::from_utf8_lossy(&content);
        record.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        if lines.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
