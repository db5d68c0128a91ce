//! An HTTP/1.1 client like a browser's, on one keep-alive connection. Bodies are read completely
//! and not decompressed.
//!
//! Written by hand because hyper's client is a feature of a crate that the server uses: enabling it
//! would compile the server's dependencies a second time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail, eyre};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use usher_types::url::encode;

/// A connection, with the headers of each of its requests.
pub struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    headers: String,
}

/// An HTTP response.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, compressed if the server compressed it.
    pub body: Vec<u8>,
    /// The time from the first byte sent to the last byte read.
    pub time: Duration,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// The body as text, if it is not compressed.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The values of a header.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(named, _)| named == name)
            .map(|(_, value)| value.as_str())
    }

    /// The response itself, or an error if the status differs from the expected one.
    pub fn expect(self, status: u16, what: &str) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let told: String = self.text().chars().take(300).collect();
        bail!(
            "{what} was answered with {}, not {status}: {told}",
            self.status
        )
    }
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let headers =
            format!("Host: {address}\r\nAccept-Language: en\r\nSec-Fetch-Site: same-origin\r\n");
        Ok(Self {
            address,
            stream: open(address).await?,
            headers,
        })
    }

    /// Adds a header to every later request.
    pub fn always(&mut self, name: &str, value: &str) {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
    }

    /// Requests a path and accepts compression, as a browser does.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "Accept-Encoding: br\r\n", "").await
    }

    /// Requests a path without compression, so that the bench can read the body.
    pub async fn get_plain(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "", "").await
    }

    /// Calls a server function as wasm does, with form fields.
    pub async fn call(&mut self, function: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let headers = "Accept-Encoding: br\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        self.ask(
            "POST",
            &format!("/api/usher_app/{function}"),
            headers,
            &fields.join("&"),
        )
        .await
    }

    async fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer> {
        let length = if method == "POST" {
            format!("Content-Length: {}\r\n", body.len())
        } else {
            String::new()
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{}{headers}{length}\r\n{body}",
            self.headers
        );
        if self.was_closed() {
            self.stream = open(self.address).await?;
        }
        let start = Instant::now();
        self.stream.write_all(request.as_bytes()).await?;
        let mut answer = self.head().await?;
        answer.body = self.body(&answer).await?;
        answer.time = start.elapsed();
        Ok(answer)
    }

    /// Whether the server has closed the connection, as it does after an idle time.
    fn was_closed(&self) -> bool {
        matches!(self.stream.get_ref().try_read(&mut [0]), Ok(0))
    }

    async fn head(&mut self) -> Result<Answer> {
        let first = self.line().await?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| eyre!("`{first}` is no answer"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            match line.split_once(':') {
                Some((name, value)) => {
                    headers.push((name.to_ascii_lowercase(), value.trim().to_owned()))
                }
                None => {
                    return Ok(Answer {
                        status,
                        headers,
                        body: Vec::new(),
                        time: Duration::ZERO,
                    });
                }
            }
        }
    }

    async fn body(&mut self, answer: &Answer) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if answer
            .header("transfer-encoding")
            .any(|encoding| encoding == "chunked")
        {
            loop {
                let length = usize::from_str_radix(&self.line().await?, 16)?;
                self.exactly(length, &mut body).await?;
                self.line().await?;
                if length == 0 {
                    return Ok(body);
                }
            }
        }
        let length = answer
            .header("content-length")
            .next()
            .map_or(Ok(0), str::parse)?;
        self.exactly(length, &mut body).await?;
        Ok(body)
    }

    async fn exactly(&mut self, length: usize, body: &mut Vec<u8>) -> Result<()> {
        let have = body.len();
        body.resize(have + length, 0);
        self.stream.read_exact(&mut body[have..]).await?;
        Ok(())
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}

async fn open(address: SocketAddr) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}
