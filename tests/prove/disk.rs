//! A disk whose power can be cut. It is a file that this process serves (by FUSE), so that every
//! write and every flush of the kernel comes by here, in order: `ext4` on a loop device on it
//! believes it to be a disk with a cache. Cut, it has what was flushed, and of the rest whatever
//! chance leaves: a real one promises no more.

use std::ffi::OsStr;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BackgroundSession, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen,
    ReplyWrite, Request, WriteFlags,
};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::chance::Chance;
use crate::host::{Loop, Mount, run};

/// Enough for some hundred thousand events, little enough to be copied in a moment.
const BYTES: usize = 64 << 20;

/// As `ext4` has it on all but the smallest disks.
const BLOCK: usize = 4_096;

/// The journal is inode 8 (`EXT4_JOURNAL_INO`).
const JOURNAL_BLOCKS: &str = "blocks <8>";

/// What a disk writes as a whole or not at all.
const SECTOR: usize = 512;

const IMAGE: &str = "disk";
const IMAGE_NODE: INodeNo = INodeNo(2);

/// How long the kernel may keep what it knows of the file: it never changes.
const FOR_EVER: Duration = Duration::from_hours(24);

/// Ten times what a gateway under load needs for the writes that are waited for.
const COMES_TO_WRITE: Duration = Duration::from_mins(1);

/// An `ext4` on a disk of this process's. The order of the fields is that of taking it down.
pub(crate) struct Disk {
    mount: Mount,
    _device: Loop,
    _session: BackgroundSession,
    _folder: TempDir,
    platter: Arc<Mutex<Platter>>,
}

/// What a disk has at one moment.
pub(crate) struct Image {
    bytes: Vec<u8>,
    /// Where the file system has its journal.
    journal: Range<usize>,
}

/// What a power cut did to the writes that were not flushed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Writes since the last flush.
    pub(crate) unflushed: usize,
    /// Of these, the ones that are lost, whole or in part.
    pub(crate) lost: usize,
}

impl Image {
    /// An empty file system.
    pub(crate) fn fresh() -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(IMAGE);
        fs::write(&file, vec![0; BYTES]).expect("written");
        let name = file.to_str().expect("a path");
        let lazy = "lazy_itable_init=0,lazy_journal_init=0";
        run(&["mkfs.ext4", "-q", "-F", "-b", &BLOCK.to_string(), "-E", lazy, name])?;
        let blocks = run(&["debugfs", "-R", JOURNAL_BLOCKS, name])?;
        let blocks = blocks.split_whitespace().map_while(|block| block.parse::<usize>().ok());
        let blocks: Vec<_> = blocks.collect();
        let (first, last) = (blocks.iter().min(), blocks.iter().max());
        let first = first.ok_or("debugfs names no block of the journal")?;
        let last = last.ok_or("debugfs names no block of the journal")?;
        let journal = first * BLOCK..(last + 1) * BLOCK;
        Ok(Self { bytes: fs::read(&file).expect("it is there"), journal })
    }
}

impl Disk {
    /// Switches a disk on: its journal is replayed.
    pub(crate) fn on(image: Image) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let [below, above] = ["below", "above"].map(|name| folder.path().join(name));
        for at in [&below, &above] {
            fs::create_dir(at).expect("made");
        }
        let platter = Arc::new(Mutex::new(Platter::of(image)));
        let served = Served(Arc::clone(&platter));
        let session = fuser::spawn_mount(served, &below, &fuser::Config::default())
            .map_err(|why| format!("FUSE: {why}"))?;
        let device = Loop::of(&below.join(IMAGE))?;
        let mount = Mount::at(&above, &["-t", "ext4", device.device()])?;
        Ok(Self { mount, _device: device, _session: session, _folder: folder, platter })
    }

    /// Where its files are.
    pub(crate) fn files(&self) -> &Path {
        self.mount.folder()
    }

    /// What it has if the power goes now.
    pub(crate) fn cut(&self, chance: &mut Chance) -> (Image, Damage) {
        locked(&self.platter).cut(chance)
    }

    /// Stands still at the so-many-th write from now, with that write done and not flushed.
    pub(crate) fn stop_at(&self, write: usize) -> Standstill {
        let (reached, at) = oneshot::channel();
        let (go_on, until) = mpsc::channel();
        locked(&self.platter).stop = Some(Stop { writes: write, reached, until });
        Standstill { at, _go_on: go_on }
    }
}

impl Disk {
    /// Fails the so-many-th write from now that is not to the journal (which would stop the file
    /// system, and with it everybody): the kernel hears of an I/O error, and what was written is
    /// gone.
    pub(crate) fn fail_at(&self, write: usize) {
        locked(&self.platter).fails_in = Some(write);
    }

    /// Whether it has done so.
    pub(crate) fn has_failed(&self) -> bool {
        locked(&self.platter).fails_in == Some(0)
    }
}

/// A disk that stands still, or will; it goes on when this is dropped.
pub(crate) struct Standstill {
    at: oneshot::Receiver<()>,
    _go_on: mpsc::Sender<()>,
}

impl Standstill {
    /// Returns when the disk stands still.
    pub(crate) async fn reached(&mut self) {
        let reached = tokio::time::timeout(COMES_TO_WRITE, &mut self.at).await;
        reached.expect("somebody writes").expect("the disk is there");
    }
}

/// Where a disk stands still: after so many writes, until somebody lets it go on.
struct Stop {
    writes: usize,
    reached: oneshot::Sender<()>,
    until: mpsc::Receiver<()>,
}

/// The disk's own: what is written, and what of it is safe.
struct Platter {
    now: Vec<u8>,
    flushed: Vec<u8>,
    since: Vec<(usize, Vec<u8>)>,
    journal: Range<usize>,
    stop: Option<Stop>,
    fails_in: Option<usize>,
}

impl Platter {
    fn of(Image { bytes, journal }: Image) -> Self {
        let (now, flushed, since) = (bytes.clone(), bytes, Vec::new());
        Self { now, flushed, since, journal, stop: None, fails_in: None }
    }

    fn write(&mut self, at: usize, data: &[u8]) {
        put(&mut self.now, at, data);
        self.since.push((at, data.to_vec()));
    }

    /// Whether the next write, to this place, fails.
    fn fails(&mut self, at: u64) -> bool {
        if usize::try_from(at).is_ok_and(|at| self.journal.contains(&at)) {
            return false;
        }
        match &mut self.fails_in {
            None | Some(0) => false,
            Some(writes) => {
                *writes -= 1;
                *writes == 0
            }
        }
    }

    /// The stop that is reached with one more write.
    fn count_down(&mut self) -> Option<Stop> {
        let stop = self.stop.as_mut()?;
        stop.writes -= 1;
        if stop.writes == 0 { self.stop.take() } else { None }
    }

    fn flush(&mut self) {
        for (at, data) in self.since.drain(..) {
            put(&mut self.flushed, at, &data);
        }
    }

    /// Each write that was not flushed is there, or not, or the first sectors of it are.
    fn cut(&self, chance: &mut Chance) -> (Image, Damage) {
        let mut bytes = self.flushed.clone();
        let mut damage = Damage { unflushed: self.since.len(), lost: 0 };
        for (at, data) in &self.since {
            let sectors = data.len().div_ceil(SECTOR);
            let kept = match chance.within(0..3) {
                0 => 0,
                1 => sectors,
                _ => chance.within(0..sectors + 1),
            };
            put(&mut bytes, *at, &data[..data.len().min(kept * SECTOR)]);
            damage.lost += usize::from(kept < sectors);
        }
        (Image { bytes, journal: self.journal.clone() }, damage)
    }
}

fn put(bytes: &mut [u8], at: usize, data: &[u8]) {
    bytes[at..at + data.len()].copy_from_slice(data);
}

fn locked(platter: &Mutex<Platter>) -> MutexGuard<'_, Platter> {
    platter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The disk as the one file of a file system.
struct Served(Arc<Mutex<Platter>>);

impl Filesystem for Served {
    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        if name == IMAGE {
            reply.entry(&FOR_EVER, &attributes(IMAGE_NODE), Generation(0));
        } else {
            reply.error(Errno::ENOENT);
        }
    }

    fn getattr(&self, _: &Request, node: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&FOR_EVER, &attributes(node));
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        // No cache of the kernel's in between: what is written comes here at once.
        reply.opened(FileHandle(0), FopenFlags::FOPEN_DIRECT_IO);
    }

    fn read(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let platter = locked(&self.0);
        let end = platter.now.len();
        let from = usize::try_from(offset).unwrap_or(end).min(end);
        let to = from.saturating_add(usize::try_from(size).unwrap_or(end)).min(end);
        reply.data(&platter.now[from..to]);
    }

    fn write(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let mut platter = locked(&self.0);
        if platter.fails(offset) {
            return reply.error(Errno::EIO);
        }
        match (usize::try_from(offset), u32::try_from(data.len())) {
            (Ok(at), Ok(length)) if at.saturating_add(data.len()) <= platter.now.len() => {
                platter.write(at, data);
                let stop = platter.count_down();
                drop(platter);
                if let Some(stop) = stop {
                    // Whoever set the stop may have gone; then nothing is waited for.
                    let _ = stop.reached.send(());
                    let _ = stop.until.recv();
                }
                reply.written(length);
            }
            _ => reply.error(Errno::ENOSPC),
        }
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        locked(&self.0).flush();
        reply.ok();
    }
}

fn attributes(node: INodeNo) -> FileAttr {
    let folder = node == INodeNo::ROOT;
    FileAttr {
        ino: node,
        size: if folder { 0 } else { BYTES as u64 },
        blocks: 0,
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind: if folder { FileType::Directory } else { FileType::RegularFile },
        perm: if folder { 0o700 } else { 0o600 },
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: 4_096,
        flags: 0,
    }
}

#[test]
fn a_cut_spares_what_was_flushed_and_damages_the_rest() {
    let mut platter = Platter::of(Image { bytes: vec![0; 4 * SECTOR], journal: 0..0 });
    platter.write(0, &[1; SECTOR]);
    platter.flush();
    platter.write(SECTOR, &[2; 2 * SECTOR]);
    let mut chance = Chance::of("platter");
    let mut outcomes = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let (Image { bytes, .. }, damage) = platter.cut(&mut chance);
        let firsts: Vec<u8> = bytes.chunks(SECTOR).map(|sector| sector[0]).collect();
        assert_eq!((firsts[0], firsts[3], damage.unflushed), (1, 0, 1));
        assert_eq!(damage.lost, usize::from(firsts[1..3] != [2, 2]));
        outcomes.insert(firsts[1..3].to_vec());
    }
    assert_eq!(outcomes.into_iter().collect::<Vec<_>>(), [[0, 0], [2, 0], [2, 2]]);
}
