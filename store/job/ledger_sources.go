package job

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// What is beside the file of a job.
const (
	sourcesName = "sources" // a Source a line
	stopName    = "stop"    // somebody asks for its end
)

// askToStop leaves a word for the program that works on a job.
func (l *Ledger) askToStop(id string) error {
	f, err := os.OpenFile(l.beside(id, stopName), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("asking the program for it: %w", bareFile(err))
	}
	return f.Close()
}

// keepSources puts many sources into a file of their own, durably, before there is the job's: it is written anew now and then.
func (l *Ledger) keepSources(t *Transfer) {
	if len(t.Spec.Sources) <= inlineSources {
		return
	}
	if err := writeSources(l.beside(t.ID, sourcesName), t.Spec.Sources); err != nil {
		t.More = true
	}
	t.Count, t.Spec.Sources = len(t.Spec.Sources), t.Spec.Sources[:1:1]
}

func writeSources(path string, list []Source) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	encoder := json.NewEncoder(w)
	for i := range list {
		if err := encoder.Encode(list[i]); err != nil {
			return err
		}
	}
	if err = w.Flush(); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = syncDirOf(path)
	}
	return err
}

// spec is what a job that was cut short is to do, with all its sources.
func (l *Ledger) spec(t Transfer) (Spec, error) {
	s := t.Spec
	if t.Count == 0 {
		return s, nil
	}
	f, err := os.Open(l.beside(t.ID, sourcesName))
	if err != nil {
		return s, fmt.Errorf("reading what it was about: %w", bareFile(err))
	}
	defer f.Close()
	s.Sources = make([]Source, t.Count)
	decoder := json.NewDecoder(bufio.NewReader(f))
	for i := range s.Sources {
		if err := decoder.Decode(&s.Sources[i]); err != nil {
			return s, fmt.Errorf("reading what it was about: %w", err)
		}
	}
	return s, nil
}
