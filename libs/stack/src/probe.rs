//! Asks a server whether it is really there: a few bytes over TCP, no client library.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);
/// No answer that a probe waits for is longer.
const ANSWER_BYTES: u64 = 4_096;

/// Whether the server at an address answers as its kind does: `postgres`, `redis`, `amqp`; `http` with 200; any other
/// by accepting connections.
pub fn answers(url: &str) -> bool {
    let Some(address) = Address::of(url) else { return false };
    match address.scheme {
        "postgres" => speaks_postgresql(address.port),
        "redis" => redis_answers(address.port, address.password),
        "amqp" => speaks_amqp(address.port),
        "http" => http_status(address.port, address.path, None).is_ok_and(|status| status == 200),
        _ => accepts(address.port),
    }
}

/// `scheme://user:password@host:port/path`
struct Address<'a> {
    scheme: &'a str,
    password: &'a str,
    port: u16,
    path: &'a str,
}

impl<'a> Address<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (credentials, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let port = host.rsplit_once(':')?.1.parse().ok()?;
        Some(Self { scheme, password: credentials.split_once(':').map_or("", |(_, word)| word), port, path })
    }
}

/// Whether anybody accepts connections there.
pub fn accepts(port: u16) -> bool {
    connect(port).is_ok()
}

/// The status of an HTTP GET.
pub fn http_status(port: u16, path: &str, authorization: Option<&str>) -> io::Result<u16> {
    request("GET", port, path, authorization, "")
}

/// The status of an HTTP request with a JSON body.
pub(crate) fn request(
    method: &str,
    port: u16,
    path: &str,
    authorization: Option<&str>,
    body: &str,
) -> io::Result<u16> {
    let mut stream = connect(port)?;
    let credentials = authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\n{credentials}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES).read_to_end(&mut answer)?;
    String::from_utf8_lossy(&answer)
        .split_whitespace()
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| io::Error::other("the answer is not HTTP"))
}

/// Whether a RabbitMQ answers the AMQP greeting; its port opens well before it does.
pub(crate) fn speaks_amqp(port: u16) -> bool {
    const METHOD_FRAME: u8 = 1;
    let greet = || -> io::Result<u8> {
        let mut stream = connect(port)?;
        stream.write_all(b"AMQP\x00\x00\x09\x01")?;
        let mut frame_type = [0];
        stream.read_exact(&mut frame_type)?;
        Ok(frame_type[0])
    };
    greet().is_ok_and(|frame_type| frame_type == METHOD_FRAME)
}

/// Whether a PostgreSQL says if it would encrypt, which it does before it asks who we are.
fn speaks_postgresql(port: u16) -> bool {
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
    let ask = || -> io::Result<u8> {
        let mut stream = connect(port)?;
        stream.write_all(&SSL_REQUEST)?;
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        Ok(answer[0])
    };
    ask().is_ok_and(|answer| b"NS".contains(&answer))
}

/// Whether a Redis answers PING; one that still reads its log says LOADING.
pub(crate) fn redis_answers(port: u16, password: &str) -> bool {
    const ANSWER: &[u8] = b"+OK\r\n+PONG\r\n";
    let ping = || -> io::Result<[u8; ANSWER.len()]> {
        let mut stream = connect(port)?;
        write!(stream, "AUTH {password}\r\nPING\r\n")?;
        let mut answer = [0; ANSWER.len()];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    };
    ping().is_ok_and(|answer| answer == ANSWER)
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn an_address_is_read_with_and_without_credentials() {
        let address = Address::of("redis://:secret@127.0.0.1:6000/").unwrap();
        assert_eq!((address.scheme, address.password, address.port), ("redis", "secret", 6_000));
        let address = Address::of("http://127.0.0.1:7000/readyz").unwrap();
        assert_eq!((address.password, address.port, address.path), ("", 7_000, "/readyz"));
        assert!(Address::of("127.0.0.1:7000").is_none());
    }

    #[test]
    fn whoever_only_accepts_does_not_answer() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || listener.incoming().for_each(drop));

        assert!(answers(&format!("tcp://127.0.0.1:{port}")));
        for scheme in ["postgres", "redis", "amqp", "http"] {
            assert!(!answers(&format!("{scheme}://127.0.0.1:{port}/")), "{scheme}");
        }
    }
}
