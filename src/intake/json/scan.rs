//! Cutting a stream of JSON (RFC 8259) into whole values without making a tree of it.
//!
//! What a value means is asked of serde_json, value by value. The invariant: no more than one value's
//! limit of bytes and [`DEPTH_MAX`] levels are ever held, whatever the stream says.

use std::io::{self, BufRead};

/// How deep a value may be nested: an entry with its metadata needs 2.
const DEPTH_MAX: usize = 8;

/// Why a stream is no JSON that is read.
#[derive(Debug)]
pub(super) enum Broken {
    /// Not JSON there: what was expected.
    Expected(&'static str),
    /// A value longer than its limit.
    Long,
    /// Nested too deep.
    Deep,
    /// Our own trouble.
    Io(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The stream.
pub(super) struct Scanner<R>(pub(super) R);

impl<R: BufRead> Scanner<R> {
    /// The next byte that is not white space, left where it is; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Broken> {
        loop {
            let buffer = self.0.fill_buf()?;
            let Some(at) = buffer.iter().position(|byte| !is_space(*byte)) else {
                let spaces = buffer.len();
                if spaces == 0 {
                    return Ok(None);
                }
                self.0.consume(spaces);
                continue;
            };
            let found = buffer.get(at).copied();
            self.0.consume(at);
            return Ok(found);
        }
    }

    /// Takes the next byte that is not white space if it is `byte`; says whether it was.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, Broken> {
        let is_there = self.peek()? == Some(byte);
        if is_there {
            self.0.consume(1);
        }
        Ok(is_there)
    }

    /// Takes the byte, which must be there.
    pub(super) fn demand(&mut self, byte: u8, what: &'static str) -> Result<(), Broken> {
        if self.take(byte)? {
            Ok(())
        } else {
            Err(Broken::Expected(what))
        }
    }

    /// Copies one whole value. It is well formed only in its brackets and quotes; the rest is for
    /// serde_json to say.
    pub(super) fn value(&mut self, into: &mut Vec<u8>, limit: usize) -> Result<(), Broken> {
        into.clear();
        if self.peek()?.is_none() {
            return Err(Broken::Expected("a value"));
        }
        let mut place = Place::default();
        loop {
            let buffer = self.0.fill_buf()?;
            if buffer.is_empty() {
                return if place.is_scalar() && !into.is_empty() {
                    Ok(())
                } else {
                    Err(Broken::Expected("the end of a value"))
                };
            }
            let (used, done) = place.walk(buffer)?;
            into.extend_from_slice(buffer.get(..used).unwrap_or_default());
            self.0.consume(used);
            if into.len() > limit {
                return Err(Broken::Long);
            }
            if done {
                return if into.is_empty() {
                    Err(Broken::Expected("a value"))
                } else {
                    Ok(())
                };
            }
        }
    }
}

/// Where in a value the walk is.
#[derive(Default)]
struct Place {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Place {
    const fn is_scalar(&self) -> bool {
        self.depth == 0 && !self.in_string
    }

    /// How many of these bytes belong to the value, and whether it ends with them.
    fn walk(&mut self, bytes: &[u8]) -> Result<(usize, bool), Broken> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                if self.string_ends(*byte) && self.depth == 0 {
                    return Ok((at + 1, true));
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(Broken::Deep);
                    }
                }
                b'}' | b']' if self.depth == 0 => return Ok((at, true)),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok((at + 1, true));
                    }
                }
                b',' | b':' if self.depth == 0 => return Ok((at, true)),
                byte if self.depth == 0 && is_space(*byte) => return Ok((at, true)),
                _ => {}
            }
        }
        Ok((bytes.len(), false))
    }

    /// Whether this byte closes the string.
    fn string_ends(&mut self, byte: u8) -> bool {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
        }
        !self.in_string
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
