//! Stored secrets: opened only with the key and in the place they were sealed for.

use countersign::domain::sealed::{CannotOpen, SealingKey};

#[test]
fn what_is_sealed_opens_only_in_its_place_and_with_its_key() {
    let key = SealingKey::derive(b"a secret of an installation, 32 bytes");
    let sealed = key.seal("two-factor 17", b"JBSWY3DPEHPK3PXP", [7; 24]).unwrap();
    assert_eq!(key.open("two-factor 17", &sealed).unwrap(), b"JBSWY3DPEHPK3PXP");
    assert_eq!(key.open("two-factor 18", &sealed), Err(CannotOpen));
    let other = SealingKey::derive(b"another secret of an installation....");
    assert_eq!(other.open("two-factor 17", &sealed), Err(CannotOpen));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(key.open("two-factor 17", &changed), Err(CannotOpen), "byte {at}");
        assert_eq!(
            key.open("two-factor 17", &sealed[..at]),
            Err(CannotOpen),
            "cut at {at}"
        );
    }
    assert_eq!(format!("{key:?}"), "SealingKey");
}
