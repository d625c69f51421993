package powercut

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience bounds the wait for the last file of a disk to be closed, and for a process to stop.
const patience = 20 * time.Second

// shutdown is FS_IOC_SHUTDOWN: _IOR('X', 125, __u32), include/uapi/linux/fs.h.
const shutdown = 0x8004587d

// Disk is a mounted file system whose power can be cut. It is used by one goroutine.
type Disk struct {
	dir, options string
	device       *os.File // holds the loop device between two mounts
	mounted      bool
	guard        *guard
}

// New makes and mounts an ext4 of so many bytes. mountOptions are those of mount(8), one of Options for instance. The
// disk goes at the end of the test, whatever that is: all who use it must have ended, or it is taken from them.
func New(t testing.TB, size int64, mountOptions string) *Disk {
	t.Helper()
	if os.Geteuid() != 0 {
		skip(t, "only root can mount")
	}
	device, err := attach(size)
	if err != nil {
		skip(t, err.Error())
	}
	d := &Disk{dir: t.TempDir(), options: mountOptions, device: device}
	t.Cleanup(func() { d.remove(t) })
	mkfs := exec.Command("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=1", device.Name())
	if out, err := mkfs.CombinedOutput(); err != nil {
		skip(t, fmt.Sprintf("no ext4 can be made: %v %s", err, out))
	}
	if d.guard, err = watch(d.dir); err != nil {
		t.Fatal(err)
	}
	if err := d.mount(); err != nil {
		skip(t, err.Error())
	}
	return d
}

// Dir is where the disk is mounted.
func (d *Disk) Dir() string { return d.dir }

// Cut cuts the power: what was not synced is gone, and every call on the disk fails from now on. flag is LogFlush or
// NoLogFlush. A process that writes there must be frozen before, see Freeze, and be killed before Restore.
func (d *Disk) Cut(t testing.TB, flag int) {
	t.Helper()
	f, err := os.Open(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.IoctlSetPointerInt(int(f.Fd()), shutdown, flag); err != nil {
		t.Fatalf("cut the power: %v", err)
	}
}

// Restore gives what a machine finds after the cut: the disk is mounted again, by way of its journal. Nobody may have a
// file open there.
func (d *Disk) Restore(t testing.TB) {
	t.Helper()
	if err := d.unmount(0); err != nil {
		t.Fatal(err)
	}
	if err := d.mount(); err != nil {
		t.Fatal(err)
	}
}

func (d *Disk) mount() error {
	out, err := exec.Command("mount", "-t", "ext4", "-o", d.options, d.device.Name(), d.dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount %s: %w %s", d.device.Name(), err, out)
	}
	d.mounted = true
	return nil
}

// unmount waits until the kernel has closed the files of those who have just ended.
func (d *Disk) unmount(flags int) error {
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		err := unix.Unmount(d.dir, flags)
		if errors.Is(err, unix.EBUSY) && time.Since(began) < patience {
			continue
		}
		if err != nil {
			return fmt.Errorf("unmount %s: %w", d.dir, err)
		}
		d.mounted = false
		return nil
	}
}

// remove takes the disk away, also from those who still use it. The loop device goes with its last user.
func (d *Disk) remove(t testing.TB) {
	if d.mounted {
		if err := d.unmount(unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}
	if d.guard != nil {
		d.guard.dismiss()
	}
	if err := d.device.Close(); err != nil {
		t.Error(err)
	}
}
