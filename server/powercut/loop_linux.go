package powercut

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// attach makes a block device of so many bytes of memory. It is detached when nobody has it open or mounted any more, also when
// this process is killed.
func attach(size int64) (*os.File, error) {
	memory, err := unix.MemfdCreate("powercut", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("no memory for a disk: %w", err)
	}
	defer unix.Close(memory) // the device has it, then
	if err := unix.Ftruncate(memory, size); err != nil {
		return nil, fmt.Errorf("no memory for a disk: %w", err)
	}
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("there is no loop device: %w", err)
	}
	defer control.Close()
	for {
		n, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
		if err != nil {
			return nil, fmt.Errorf("no loop device is free: %w", err)
		}
		device, err := os.OpenFile(fmt.Sprintf("/dev/loop%d", n), os.O_RDWR, 0)
		if err != nil {
			return nil, fmt.Errorf("there is no loop device: %w", err)
		}
		config := unix.LoopConfig{Fd: uint32(memory), Size: 4096, Info: unix.LoopInfo64{Flags: unix.LO_FLAGS_AUTOCLEAR}}
		if err = unix.IoctlLoopConfigure(int(device.Fd()), &config); err == nil {
			return device, nil
		}
		device.Close()
		if !errors.Is(err, unix.EBUSY) { // else another was faster
			return nil, fmt.Errorf("no loop device can be had: %w", err)
		}
	}
}

// guard unmounts a disk when the process of the test ends without: by a panic elsewhere, a timeout, a kill.
type guard struct {
	cmd *exec.Cmd
	end *os.File // of a pipe that ends with this process
}

func watch(dir string) (*guard, error) {
	in, end, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cmd := exec.Command("sh", "-c", `read -r dismissed || umount -l "$0"`, dir)
	cmd.Stdin = in
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		end.Close()
		return nil, fmt.Errorf("watch over %s: %w", dir, err)
	}
	return &guard{cmd, end}, nil
}

func (g *guard) dismiss() {
	_, _ = g.end.WriteString("dismissed\n")
	_ = g.end.Close()
	_ = g.cmd.Wait()
}
