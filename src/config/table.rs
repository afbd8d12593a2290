//! The one table of settings: name, default, limit, meaning. `--help` and every refusal read it.
//!
//! Reading the environment is in `settings`. Invariant: no default or limit is written elsewhere.

use std::fmt::Write as _;

/// One setting of the environment.
#[derive(Debug)]
pub struct Setting {
    /// The name of the environment variable.
    pub name: &'static str,
    /// What it may hold, and what holds when it is not set.
    pub kind: Kind,
    /// What it does, in one line.
    pub meaning: &'static str,
}

/// What a setting may hold.
#[derive(Debug)]
pub enum Kind {
    /// A whole number within limits, both included.
    Number {
        /// The value when it is not set.
        fallback: Fallback,
        /// The smallest value.
        least: u64,
        /// The greatest value.
        most: u64,
        /// What is counted.
        unit: &'static str,
    },
    /// A text that may be shown.
    Text {
        /// The value when it is not set, as `--help` shows it.
        fallback: &'static str,
        /// What it must look like.
        form: &'static str,
    },
    /// A text that is never shown or logged.
    Secret {
        /// What happens when it is not set.
        fallback: &'static str,
        /// What it must look like.
        form: &'static str,
    },
}

/// The value of a number that is not set.
#[derive(Debug, Clone, Copy)]
pub enum Fallback {
    /// Always the same.
    Fixed(u64),
    /// This many for each core of the machine, kept within the setting's limits.
    PerCore(u64),
}

/// Every setting, in the order in which `--help` shows them.
pub const ALL: [&Setting; 19] = [
    &DATABASE_URL,
    &LISTEN,
    &DATA_DIR,
    &PUBLIC_URL,
    &TRUSTED_PROXIES,
    &SECRET,
    &SMTP_URL,
    &MAIL_FROM,
    &UPLOAD_BYTES_MAX,
    &RATE_PER_SECOND,
    &RATE_BURST,
    &WORKERS,
    &WEBHOOK_WORKERS,
    &WEBHOOK_NETWORKS,
    &SESSION_IDLE_MINUTES,
    &SESSION_HOURS,
    &TOKEN_KEY_HOURS,
    &POOL_SIZE,
    &PG_BIN_DIR,
];

pub(super) const WEBHOOK_WORKERS: Setting = Setting {
    name: "COUNTERSIGN_WEBHOOK_WORKERS",
    kind: Kind::Number {
        fallback: Fallback::Fixed(4),
        least: 1,
        most: 64,
        unit: "threads",
    },
    meaning: "how many webhooks are sent at the same time",
};
pub(super) const WEBHOOK_NETWORKS: Setting = Setting {
    name: "COUNTERSIGN_WEBHOOK_NETWORKS",
    kind: Kind::Text {
        fallback: "none; this machine (127.0.0.0/8, ::1) with the private Postgres",
        form: "IP addresses and networks separated by commas, as 10.20.0.0/16",
    },
    meaning: "networks that webhooks may call although they are not public",
};
pub(super) const PG_BIN_DIR: Setting = Setting {
    name: "PG_BIN_DIR",
    kind: Kind::Text {
        fallback: "searched on PATH and in the usual folders",
        form: "a folder with postgres, initdb and pg_ctl",
    },
    meaning: "where the programs of the private Postgres are",
};

pub(super) const DATABASE_URL: Setting = Setting {
    name: "DATABASE_URL",
    kind: Kind::Secret {
        fallback: "a private Postgres in the data folder",
        form: "postgres://user:password@host/database",
    },
    meaning: "the Postgres server to use",
};
pub(super) const LISTEN: Setting = Setting {
    name: "COUNTERSIGN_LISTEN",
    kind: Kind::Text {
        fallback: "127.0.0.1:8080",
        form: "an IP address and a port, as 127.0.0.1:8080",
    },
    meaning: "the address to serve on",
};
pub(super) const DATA_DIR: Setting = Setting {
    name: "COUNTERSIGN_DATA_DIR",
    kind: Kind::Text {
        fallback: "./data",
        form: "a folder",
    },
    meaning: "the folder of the private Postgres and of the secret",
};
pub(super) const PUBLIC_URL: Setting = Setting {
    name: "COUNTERSIGN_PUBLIC_URL",
    kind: Kind::Text {
        fallback: "http:// and the address to serve on",
        form: "https://host or http://host:port, without a path",
    },
    meaning: "where browsers find the portal; https turns on secure cookies and HSTS",
};
pub(super) const TRUSTED_PROXIES: Setting = Setting {
    name: "COUNTERSIGN_TRUSTED_PROXIES",
    kind: Kind::Text {
        fallback: "none",
        form: "IP addresses and networks separated by commas, as 127.0.0.1,10.0.0.0/8",
    },
    meaning: "the proxies in front of the portal, whose X-Forwarded-For tells who asks",
};
pub(super) const SECRET: Setting = Setting {
    name: "COUNTERSIGN_SECRET",
    kind: Kind::Secret {
        fallback: "made once and kept in the data folder; demanded with DATABASE_URL",
        form: "at least 32 characters",
    },
    meaning: "the key that protects sessions and stored secrets",
};
pub(super) const SMTP_URL: Setting = Setting {
    name: "SMTP_URL",
    kind: Kind::Secret {
        fallback: "letters are files in the folder mail of the data folder, their links in the log",
        form: "smtp://, smtps:// or starttls://, then user:password@ where the server asks, then host:port",
    },
    meaning: "the mail server that letters are sent by",
};
pub(super) const MAIL_FROM: Setting = Setting {
    name: "COUNTERSIGN_MAIL_FROM",
    kind: Kind::Text {
        fallback: "Countersign <countersign@ and the host of the public URL>",
        form: "an address, as Payouts <payouts@example.com>",
    },
    meaning: "whom letters are from",
};
pub(super) const UPLOAD_BYTES_MAX: Setting = number(
    "COUNTERSIGN_UPLOAD_BYTES_MAX",
    Fallback::Fixed(256 << 20),
    (1 << 10, 1 << 30),
    "bytes",
    "the largest file that is taken in",
);
pub(super) const RATE_PER_SECOND: Setting = number(
    "COUNTERSIGN_RATE_PER_SECOND",
    Fallback::Fixed(50),
    (1, 10_000),
    "requests a second",
    "how fast one session or client may ask",
);
pub(super) const RATE_BURST: Setting = number(
    "COUNTERSIGN_RATE_BURST",
    Fallback::Fixed(200),
    (1, 100_000),
    "requests",
    "how many of them may come at once",
);
pub(super) const WORKERS: Setting = number(
    "COUNTERSIGN_WORKERS",
    Fallback::Fixed(2),
    (1, 64),
    "threads",
    "how many jobs run at the same time",
);
pub(super) const SESSION_IDLE_MINUTES: Setting = number(
    "COUNTERSIGN_SESSION_IDLE_MINUTES",
    Fallback::Fixed(30),
    (5, 720),
    "minutes",
    "how long a session lasts without a request",
);
pub(super) const SESSION_HOURS: Setting = number(
    "COUNTERSIGN_SESSION_HOURS",
    Fallback::Fixed(12),
    (1, 72),
    "hours",
    "how long a session lasts at all",
);
pub(super) const TOKEN_KEY_HOURS: Setting = number(
    "COUNTERSIGN_TOKEN_KEY_HOURS",
    Fallback::Fixed(24),
    (1, 720),
    "hours",
    "how long a key signs access tokens of the API before another is made",
);
pub(super) const POOL_SIZE: Setting = number(
    "COUNTERSIGN_POOL_SIZE",
    Fallback::PerCore(4),
    (4, 64),
    "connections",
    "how many database connections are kept",
);

const fn number(
    name: &'static str,
    fallback: Fallback,
    (least, most): (u64, u64),
    unit: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting {
        name,
        kind: Kind::Number {
            fallback,
            least,
            most,
            unit,
        },
        meaning,
    }
}

impl Setting {
    /// The default, in words.
    #[must_use]
    pub fn fallback(&self) -> String {
        match self.kind {
            Kind::Number {
                fallback: Fallback::Fixed(value),
                ..
            } => value.to_string(),
            Kind::Number {
                fallback: Fallback::PerCore(value),
                ..
            } => format!("{value} for each core"),
            Kind::Text { fallback, .. } | Kind::Secret { fallback, .. } => fallback.to_owned(),
        }
    }

    /// The limit, in words.
    #[must_use]
    pub fn limit(&self) -> String {
        match self.kind {
            Kind::Number {
                least, most, unit, ..
            } => format!("{least} to {most} {unit}"),
            Kind::Text { form, .. } | Kind::Secret { form, .. } => form.to_owned(),
        }
    }
}

/// The settings as `--help` shows them.
pub(super) fn help() -> String {
    let mut text = String::from("Settings, from the environment:\n");
    for setting in ALL {
        // Writing to a String can't fail.
        let _ = write!(
            text,
            "\n  {}\n      {}\n      default: {}; takes: {}\n",
            setting.name,
            setting.meaning,
            setting.fallback(),
            setting.limit()
        );
    }
    text
}
