//! An OCI image layout: a directory of blobs by digest that `oras`, `wkg` and registries
//! understand. Reading trusts nothing it says: every blob is hashed.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use govkit_host::Sha256Digest;
use serde::{Deserialize, Serialize};

use crate::error::hinted;
use crate::ui::write_file;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";
const TAG: &str = "org.opencontainers.image.ref.name";
const MAX_JSON_BYTES: u64 = 1 << 20;
const MAX_COMPONENT_BYTES: u64 = 64 << 20;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: u32,
    #[serde(default)]
    media_type: String,
    manifests: Vec<Descriptor>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u32,
    #[serde(default)]
    media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    artifact_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// Reads the component with this tag, or the only one there is.
pub(crate) fn read(layout: &Path, tag: Option<&str>) -> Result<Vec<u8>> {
    let index: Index = index(layout)?.with_context(|| {
        format!(
            "`{}` is no OCI image layout: it has no index.json",
            layout.display()
        )
    })?;
    let tag_of = |one: &Descriptor| one.annotations.get(TAG).cloned().unwrap_or_default();
    let fitting: Vec<&Descriptor> = index
        .manifests
        .iter()
        .filter(|one| tag.is_none_or(|tag| tag_of(one) == tag))
        .collect();
    let [chosen] = fitting.as_slice() else {
        let tags: Vec<String> = index.manifests.iter().map(tag_of).collect();
        return Err(hinted(
            match tag {
                Some(tag) => format!("`{}` has no single `{tag}`", layout.display()),
                None => format!("`{}` has {} components", layout.display(), tags.len()),
            },
            format!(
                "name one: `oci:{}:TAG`, of {}",
                layout.display(),
                tags.join(", ")
            ),
        ));
    };
    let manifest = blob(layout, chosen, MAX_JSON_BYTES)?;
    let manifest: Manifest = serde_json::from_slice(&manifest)
        .with_context(|| format!("read the manifest {}", chosen.digest))?;
    let layer = match manifest.layers.as_slice() {
        [layer] => layer,
        layers => bail!(
            "the manifest {} has {} layers, and a plugin is one",
            chosen.digest,
            layers.len()
        ),
    };
    ensure!(
        layer.media_type == LAYER
            || layer.media_type == "application/vnd.wasm.content.layer.v1+wasm",
        "the manifest {} has a layer of type `{}`, and a plugin is `{LAYER}`",
        chosen.digest,
        layer.media_type
    );
    blob(layout, layer, MAX_COMPONENT_BYTES)
}

/// Adds a component under a tag, in place of one that has it; the layout is made where there is none.
pub(crate) fn write(
    layout: &Path,
    tag: &str,
    component: &[u8],
    about: &About<'_>,
) -> Result<String> {
    std::fs::create_dir_all(layout.join("blobs/sha256"))
        .with_context(|| format!("make the directory `{}`", layout.display()))?;
    let mut index = index(layout)?.unwrap_or(Index {
        schema_version: 2,
        media_type: "application/vnd.oci.image.index.v1+json".to_owned(),
        manifests: Vec::new(),
    });
    let layer = put(layout, LAYER, component)?;
    // No time in it: the same component gives the same manifest.
    let config = serde_json::json!({
        "architecture": "wasm", "os": "wasip2", "layerDigests": [layer.digest],
        "component": { "exports": about.exports, "imports": about.imports },
    });
    let config = put(layout, CONFIG, &serde_json::to_vec(&config)?)?;
    let annotation =
        |name: &str, value: &str| (format!("org.opencontainers.image.{name}"), value.to_owned());
    let manifest = Manifest {
        schema_version: 2,
        media_type: MANIFEST.to_owned(),
        artifact_type: None,
        config,
        layers: vec![layer],
        annotations: [
            annotation("title", about.name),
            annotation("version", about.version),
            annotation("description", about.description),
        ]
        .into(),
    };
    let mut entry = put(layout, MANIFEST, &serde_json::to_vec(&manifest)?)?;
    let digest = entry.digest.clone();
    entry.annotations.insert(TAG.to_owned(), tag.to_owned());
    index
        .manifests
        .retain(|one| one.annotations.get(TAG).is_none_or(|found| found != tag));
    index.manifests.push(entry);
    write_file(
        &layout.join("oci-layout"),
        b"{\"imageLayoutVersion\":\"1.0.0\"}\n",
    )?;
    write_file(
        &layout.join("index.json"),
        &serde_json::to_vec_pretty(&index)?,
    )?;
    Ok(digest)
}

/// What a component says of itself, for the manifest.
pub(crate) struct About<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) description: &'a str,
    pub(crate) imports: &'a [String],
    pub(crate) exports: &'a [String],
}

fn index(layout: &Path) -> Result<Option<Index>> {
    let path = layout.join("index.json");
    let size = match path.metadata() {
        Ok(found) => found.len(),
        Err(_) => return Ok(None),
    };
    ensure!(
        size <= MAX_JSON_BYTES,
        "`{}` has more than 1 MiB",
        path.display()
    );
    let bytes = std::fs::read(&path).with_context(|| format!("read `{}`", path.display()))?;
    let index = serde_json::from_slice(&bytes);
    index
        .map(Some)
        .with_context(|| format!("read `{}`", path.display()))
}

/// Reads a blob and makes sure it is the one meant.
fn blob(layout: &Path, wanted: &Descriptor, limit: u64) -> Result<Vec<u8>> {
    let hex = wanted.digest.strip_prefix("sha256:").unwrap_or_default();
    let is_digest = hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    ensure!(is_digest, "`{}` is no sha256 digest", wanted.digest);
    ensure!(
        wanted.size <= limit,
        "{} has {} bytes, more than {limit}",
        wanted.digest,
        wanted.size
    );
    let path = layout.join("blobs/sha256").join(hex);
    let size = path
        .metadata()
        .with_context(|| format!("find `{}`", path.display()))?
        .len();
    ensure!(
        size == wanted.size,
        "`{}` has {size} bytes and not {}",
        path.display(),
        wanted.size
    );
    let bytes = std::fs::read(&path).with_context(|| format!("read `{}`", path.display()))?;
    ensure!(
        Sha256Digest::of(&bytes).to_string() == hex,
        "`{}` does not hold what its name says",
        path.display()
    );
    Ok(bytes)
}

fn put(layout: &Path, media_type: &str, bytes: &[u8]) -> Result<Descriptor> {
    let digest = Sha256Digest::of(bytes);
    write_file(&layout.join("blobs/sha256").join(digest.to_string()), bytes)?;
    Ok(Descriptor {
        media_type: media_type.to_owned(),
        digest: format!("sha256:{digest}"),
        size: bytes.len() as u64,
        annotations: BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About<'static> {
        About {
            name: "p",
            version: "1.0.0",
            description: "",
            imports: &[],
            exports: &[],
        }
    }

    #[test]
    fn what_was_published_is_read_back_by_its_tag() {
        let home = tempfile::tempdir().unwrap();
        let layout = home.path().join("shelf");
        write(&layout, "p-1.0.0", b"one", &about()).unwrap();
        assert_eq!(read(&layout, None).unwrap(), b"one");
        let first = write(&layout, "p-2.0.0", b"two", &about()).unwrap();
        assert_eq!(write(&layout, "p-2.0.0", b"two", &about()).unwrap(), first);
        assert_eq!(read(&layout, Some("p-2.0.0")).unwrap(), b"two");
        assert_eq!(read(&layout, Some("p-1.0.0")).unwrap(), b"one");
        let error = read(&layout, None).unwrap_err();
        assert!(error.to_string().ends_with("has 2 components"), "{error}");
        assert!(read(&layout, Some("p-3.0.0")).is_err());
    }

    #[test]
    fn a_blob_that_is_not_what_its_name_says_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let layout = home.path();
        write(layout, "p", b"one", &about()).unwrap();
        let blob = layout
            .join("blobs/sha256")
            .join(Sha256Digest::of(b"one").to_string());
        std::fs::write(&blob, b"two").unwrap();
        let error = read(layout, None).unwrap_err().to_string();
        assert!(
            error.ends_with("does not hold what its name says"),
            "{error}"
        );
        std::fs::write(&blob, b"longer").unwrap();
        assert!(
            read(layout, None)
                .unwrap_err()
                .to_string()
                .contains("bytes and not 3")
        );
        let index = std::fs::read_to_string(layout.join("index.json")).unwrap();
        let escape = index.replace("sha256:", "sha256:../");
        std::fs::write(layout.join("index.json"), escape).unwrap();
        assert!(
            read(layout, None)
                .unwrap_err()
                .to_string()
                .ends_with("is no sha256 digest")
        );
    }
}
