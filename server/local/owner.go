package local

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"spaces/server/storage"
)

// Owner is the record that the process that owns a data directory leaves there for those who come after it.
type Owner struct {
	Command string `json:"command"` // what it was started as: "spaces serve"
	Process int    `json:"process"`
	Address string `json:"address"` // HOST:PORT of its S3 API, in plain HTTP
	Control string `json:"control"` // HOST:PORT of its control listener
}

// leave writes the record.
func (o Owner) leave(engine *storage.Engine) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return engine.SetOwner(string(text))
}

// parseOwner reads the record. Of what is none, as versions of before left it, people are told what it says, and there
// is no address in it; the zero Owner has left nothing yet.
func parseOwner(text string) Owner {
	var o Owner
	if json.Unmarshal([]byte(text), &o) != nil {
		return Owner{Command: strings.TrimSpace(text)}
	}
	return o
}

// String is how people are told of the owner.
func (o Owner) String() string {
	switch {
	case o.Command == "":
		return "another process"
	case o.Address == "":
		return o.Command
	}
	return fmt.Sprintf("%s, process %d, at %s", o.Command, o.Process, o.Address)
}

// InUseError says that another process owns a data directory.
type InUseError struct {
	Dir   string
	Owner Owner
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("%s is in use by %v; stop it, or choose another directory with --data", e.Dir, e.Owner)
}

// thisProcess is the record of this one.
func thisProcess(command, address, control string) Owner {
	return Owner{Command: command, Process: os.Getpid(), Address: address, Control: control}
}
