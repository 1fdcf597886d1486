//! A server on loopback that hears requests and gives each the same answer: what goes over the wire is what counts.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// The server. Its thread ends with the test's process.
pub(in crate::aws) struct Listener {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    /// One that answers with this status line and body.
    pub(in crate::aws) fn answering(status: &'static str, body: &str) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let url = format!("http://{}", server.local_addr().expect("it is bound"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (record, body) = (heard.clone(), body.to_owned());
        thread::spawn(move || {
            for stream in server.incoming().flatten() {
                let (record, body) = (record.clone(), body.clone());
                thread::spawn(move || hear(stream, &record, status, &body));
            }
        });
        Self { url, heard }
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

fn hear(stream: TcpStream, record: &Mutex<Vec<String>>, status: &str, body: &str) {
    let Ok(mut answers) = stream.try_clone() else { return };
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
        if answers.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
