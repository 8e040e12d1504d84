//! Compiled code, kept between runs: per user, outside every repository, authenticated.
//!
//! Any doubt means "not there": the component is compiled again, which is always right.

use std::fs::{self, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use wasmtime::Engine;

use crate::digest::Sha256Digest;

const KEY_BYTES: usize = 32;
const MAC_BYTES: usize = 32;
const MAX_BYTES: u64 = 1 << 30;

/// A directory of compiled code.
#[derive(Debug)]
pub(crate) struct Cache {
    directory: PathBuf,
    key: OnceLock<Option<[u8; KEY_BYTES]>>,
    engine: String,
}

/// Compiled code that this user's govkit wrote: to the cache, or a moment ago to our own pipe.
pub(crate) struct Authentic(Vec<u8>);

impl Authentic {
    /// Takes what this very program wrote to our pipe when it was started as a compiler.
    pub(crate) fn from_own_compiler(code: &[u8]) -> Self {
        Self([&[0; MAC_BYTES], code].concat())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0[MAC_BYTES..]
    }
}

impl Cache {
    /// Names a directory; it is made when something is first looked up.
    pub(crate) fn new(directory: PathBuf, engine: &Engine) -> Self {
        let mut hasher = std::hash::DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        Self {
            directory,
            key: OnceLock::new(),
            engine: format!("{:016x}", hasher.finish()),
        }
    }

    /// Returns the code compiled from the component with this digest.
    pub(crate) fn read(&self, digest: &Sha256Digest) -> Option<Authentic> {
        let key = self.key()?;
        let path = self.path(digest);
        let found = fs::symlink_metadata(&path).ok()?;
        if !found.is_file() || found.len() <= MAC_BYTES as u64 || found.len() > MAX_BYTES {
            return None;
        }
        let bytes = fs::read(&path).ok()?;
        let (mac, code) = bytes.split_at_checked(MAC_BYTES)?;
        let expected = self.mac(key, digest, code);
        // Every byte is looked at, so that time tells nothing of where the first difference is.
        let differs = mac
            .iter()
            .zip(expected)
            .fold(0, |acc, (a, b)| acc | (a ^ b));
        (differs == 0).then_some(Authentic(bytes))
    }

    /// Keeps compiled code; a cache that cannot be written is no error.
    pub(crate) fn write(&self, digest: &Sha256Digest, code: &[u8]) {
        if let Some(key) = self.key() {
            let mac = self.mac(key, digest, code);
            // Nothing is lost but the time of the next run.
            let _ = write_whole(&self.path(digest), &[&mac, code]);
        }
    }

    fn path(&self, digest: &Sha256Digest) -> PathBuf {
        self.directory
            .join(format!("{digest}-{}.cwasm", self.engine))
    }

    fn mac(&self, key: &[u8; KEY_BYTES], digest: &Sha256Digest, code: &[u8]) -> [u8; MAC_BYTES] {
        let name = format!("govkit compiled component 1\n{digest}\n{}\n", self.engine);
        hmac(key, &[name.as_bytes(), code])
    }

    /// Returns the key, where the directory is this user's alone.
    fn key(&self) -> Option<&[u8; KEY_BYTES]> {
        let key = self.key.get_or_init(|| {
            private_directory(&self.directory)?;
            let path = self.directory.join("key");
            read_key(&path).or_else(|| {
                let mut key = [0; KEY_BYTES];
                getrandom::fill(&mut key).ok()?;
                // Another govkit may have been quicker; then its key counts.
                let _ = write_new(&path, &[&key]);
                read_key(&path)
            })
        });
        key.as_ref()
    }
}

fn read_key(path: &Path) -> Option<[u8; KEY_BYTES]> {
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let file = fs::File::open(path).ok()?;
    if !is_private(&file.metadata().ok()?, 0o600) {
        return None;
    }
    let mut key = Vec::new();
    file.take(64).read_to_end(&mut key).ok()?;
    key.try_into().ok()
}

/// HMAC-SHA256 (RFC 2104) of the parts, one after the other.
fn hmac(key: &[u8; KEY_BYTES], parts: &[&[u8]]) -> [u8; MAC_BYTES] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let mut inner = Sha256::new_with_prefix(pad(0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Sha256::new_with_prefix(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

fn write_whole(path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = write_new(&temporary, parts).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_new(path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()
}

/// Makes the directory, or makes sure that nobody else can write to it or read its key.
fn private_directory(path: &Path) -> Option<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).ok()?;
    let found = fs::symlink_metadata(path).ok()?;
    (found.is_dir() && is_private(&found, 0o700) && is_ours(path, &found)).then_some(())
}

#[cfg(unix)]
fn is_private(found: &fs::Metadata, mode: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.mode() & 0o777 & !mode == 0
}

/// Whether the directory belongs to whoever runs this program: a file made now does.
#[cfg(unix)]
fn is_ours(directory: &Path, found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let probe = directory.join(format!(".owner-{}", std::process::id()));
    let _ = fs::remove_file(&probe);
    let made = write_new(&probe, &[]).and_then(|()| fs::symlink_metadata(&probe));
    let _ = fs::remove_file(&probe);
    made.is_ok_and(|made| made.uid() == found.uid())
}

/// A user's own directories are private on these systems; the authentication code does the rest.
#[cfg(not(unix))]
fn is_private(_: &fs::Metadata, _: u32) -> bool {
    true
}

#[cfg(not(unix))]
fn is_ours(_: &Path, _: &fs::Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest() -> Sha256Digest {
        Sha256Digest::of(b"component")
    }

    fn cache(directory: &Path) -> Cache {
        Cache::new(directory.join("compiled"), &Engine::default())
    }

    fn entry(cache: &Cache) -> PathBuf {
        cache.path(&digest())
    }

    #[test]
    fn the_authentication_code_is_the_one_of_the_rfc() {
        // RFC 4231, test case 1 has a key of 20 bytes 0x0b; a shorter key is padded with zeros.
        let mut key = [0; KEY_BYTES];
        key[..20].fill(0x0b);
        let mac = hmac(&key, &[b"Hi ", b"There"]);
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn what_was_written_is_found_by_the_next_run() {
        let home = tempfile::tempdir().unwrap();
        cache(home.path()).write(&digest(), b"code");
        let found = cache(home.path()).read(&digest()).unwrap();
        assert_eq!(found.bytes(), b"code");
        assert!(
            cache(home.path())
                .read(&Sha256Digest::of(b"other"))
                .is_none()
        );
    }

    #[test]
    fn one_flipped_bit_anywhere_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        cache.write(&digest(), b"code");
        let good = fs::read(entry(&cache)).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(entry(&cache), bad).unwrap();
            assert!(cache.read(&digest()).is_none(), "byte {at}");
        }
    }

    #[test]
    fn code_of_another_component_or_engine_is_not_taken() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        cache.write(&Sha256Digest::of(b"other"), b"code");
        fs::copy(cache.path(&Sha256Digest::of(b"other")), entry(&cache)).unwrap();
        assert!(cache.read(&digest()).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_others_can_write_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        cache(home.path()).write(&digest(), b"code");
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let directory = home.path().join("compiled");
        mode(&directory, 0o770);
        assert!(cache(home.path()).read(&digest()).is_none());
        mode(&directory, 0o700);
        assert!(cache(home.path()).read(&digest()).is_some());
        mode(&directory.join("key"), 0o644);
        assert!(cache(home.path()).read(&digest()).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_in_place_of_the_code_is_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        cache.write(&digest(), b"code");
        let elsewhere = home.path().join("elsewhere");
        fs::rename(entry(&cache), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, entry(&cache)).unwrap();
        assert!(cache.read(&digest()).is_none());
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_no_error() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        let cache = Cache::new(file.join("below"), &Engine::default());
        cache.write(&digest(), b"code");
        assert!(cache.read(&digest()).is_none());
    }
}
