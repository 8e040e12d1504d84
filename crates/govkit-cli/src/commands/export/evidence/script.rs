//! The commands that verify the folder with `sha256sum`, `git` and `ssh-keygen` alone.

use govkit_core::approval::NAMESPACE;
use govkit_core::time::Moment;
use jiff::Timestamp;

use super::{Case, Exhibit, Sworn};

const HEAD: &str = r#"#!/bin/sh
# Checks this folder with sha256sum, git and ssh-keygen; govkit is not needed.
# Run it inside the folder: sh verify.sh
set -eu
cd "$(dirname "$0")"
no() { echo "NOT VERIFIED: $1" >&2; exit 1; }

# 1. No file of this folder was changed since it was made.
sha256sum --quiet -c SHA256SUMS || no "a file differs from SHA256SUMS"

# 2. The copy of the commit is whole, and each text is the one in it.
git --git-dir=repository.git fsck --strict --no-dangling >/dev/null || no "the commit is damaged"
text() { # file, path in the commit
    [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$(git --git-dir=repository.git cat-file blob "$commit:$2" | sha256sum | cut -d' ' -f1)" ] || no "$1 is not what the commit has"
}

# 3. Each statement was signed with a key of the person it names, when that key was valid, and
#    names the digest of the text it is about.
signed() { # record, who, list of signers, time, digest
    grep -qx "sha256: $5" "$1/statement" || no "$1 is about another text"
    grep -qx "signer: $2" "$1/statement" || no "$1 names another signer"
"#;

/// Returns the script.
pub(super) fn text(case: &Case, exhibits: &[Exhibit]) -> String {
    let mut out = String::from(HEAD);
    out.push_str(&format!(
        "    ssh-keygen -Y verify -f \"$3\" -I \"$2\" -n {NAMESPACE} -Overify-time=\"$4\" -s \"$1/signature\" <\"$1/statement\" >/dev/null || no \"the signature of $1\"\n}}\n\n"
    ));
    out.push_str(&format!("commit={}\n", quoted(&case.commit)));
    for exhibit in exhibits {
        out.push_str(&format!(
            "text {} {}\n",
            quoted(&exhibit.file),
            quoted(exhibit.artifact.path.as_str())
        ));
    }
    let mut signatures = 0;
    for sworn in exhibits.iter().flat_map(|exhibit| &exhibit.records) {
        if let Some(line) = signed(sworn) {
            out.push_str(&line);
            signatures += 1;
        }
    }
    out.push_str(&format!(
        "echo \"verified: {} texts, {signatures} signatures, commit $commit\"\n",
        exhibits.len()
    ));
    out
}

fn signed(sworn: &Sworn) -> Option<String> {
    let (list, known) = sworn.counts.as_ref()?;
    Some(format!(
        "signed {} {} {} {} {}\n",
        quoted(&sworn.directory),
        quoted(&sworn.signer),
        quoted(list),
        time(*known),
        sworn.about
    ))
}

/// A moment as `ssh-keygen` takes it, in UTC.
pub(super) fn time(moment: Moment) -> String {
    let time = Timestamp::from_second(moment.0).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%Y%m%d%H%M%SZ").to_string()
}

/// A word of the shell: nothing in it is obeyed.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_obeyed() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("';rm -rf /;'"), "''\\'';rm -rf /;'\\'''");
        assert_eq!(quoted("$(x)`y`\\"), "'$(x)`y`\\'");
    }

    #[test]
    fn a_moment_is_written_as_ssh_keygen_reads_it() {
        assert_eq!(time(Moment(1_780_315_200)), "20260601120000Z");
    }
}
