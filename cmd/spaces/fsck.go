package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"spaces/server/storage"
	"spaces/store"
)

// errFaults is the end of a command that found something: the findings were printed.
var errFaults = errors.New("there are faults")

func fsckCommand(p process, o *options) *cobra.Command {
	var repair []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "fsck",
		Short: "Check the store's metadata and that every body is there, while no server runs",
		Long: "fsck goes through every record, reference, counter and metadata block of the data directory, and looks that every blob has its file. " +
			"It reports and changes nothing, unless --repair names the faults to repair:\n\n" +
			"  counters    count the objects and bytes of Spaces anew\n" +
			"  references  count who shares a body anew\n" +
			"  unused      let go of bodies that nothing refers to\n" +
			"  orphan      remove blob files that have no record, where younger ones have\n" +
			"  lost        move blob files that are younger than every record to the directory lost: records are missing, and they may be all that is left of objects\n" +
			"  log         cut a damaged log before the first write that is not whole: what was written after it is lost. The log is kept as it was in the directory damaged, " +
			"and bodies that it may have had the records of are moved as lost ones are\n\n" +
			"Damaged and missing data cannot be repaired from within: restore them from a backup. The bytes of bodies are read by scrub. The exit status is 1 when something is wrong.",
		Example: "spaces fsck\nspaces fsck --data /backup/monday\nspaces fsck --repair counters,references",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fsck(cmd.Context(), p, *o, repair, asJSON)
		},
	}
	cmd.Flags().StringSliceVar(&repair, "repair", nil, "faults to repair: counters, references, unused, orphan, lost, log")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func fsck(ctx context.Context, p process, o options, repair []string, asJSON bool) error {
	dir, err := existingDir(p, o)
	if err != nil {
		return err
	}
	faults := make([]storage.Fault, len(repair))
	for i, r := range repair {
		faults[i] = storage.Fault(r)
	}
	rep, err := dir.Fsck(ctx, faults...)
	if rep == nil {
		return err
	}
	if asJSON {
		return errors.Join(printJSON(p.stdout, rep), err, faultsOf(rep.Findings))
	}
	printFindings(p.stdout, rep.Findings)
	advise(p.stdout, rep.Findings)
	for _, what := range rep.Repaired {
		fmt.Fprintf(p.stdout, "repaired: %s\n", safeLine(what))
	}
	fmt.Fprintf(p.stdout, "%d Spaces, %d objects and %d older versions of %d bytes, %d uploads, %d blobs; %d bodies wait to be removed; %s\n",
		rep.Spaces, rep.Objects, rep.Versions, rep.Bytes, rep.Uploads, rep.Blobs, rep.Garbage, verdict(rep.Findings))
	return errors.Join(err, faultsOf(rep.Findings))
}

func faultsOf(findings []storage.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	return errFaults
}

func verdict(findings []storage.Finding) string {
	if len(findings) == 0 {
		return "nothing is wrong"
	}
	return fmt.Sprintf("%d findings", len(findings))
}

// printFindings prints a line for each, with names made printable.
func printFindings(w io.Writer, findings []storage.Finding) {
	for _, f := range findings {
		var b strings.Builder
		fmt.Fprintf(&b, "%s:", f.Fault)
		if f.Space != "" {
			fmt.Fprintf(&b, " %s", store.Printable(f.Space))
		}
		if f.Key != "" {
			fmt.Fprintf(&b, "/%s", store.Printable(f.Key))
		}
		if f.Version != 0 {
			fmt.Fprintf(&b, " version %d", f.Version)
		}
		if f.Upload != "" {
			fmt.Fprintf(&b, " upload %s part %d", store.Printable(f.Upload), f.Part)
		}
		if f.Offset >= 0 {
			fmt.Fprintf(&b, " at %d", f.Offset)
		}
		fmt.Fprintf(w, "%s: %s\n", b.String(), safeLine(f.Text))
	}
}

// advise says what to do about data that are lost.
func advise(w io.Writer, findings []storage.Finding) {
	var damaged, lost bool
	for _, f := range findings {
		damaged = damaged || f.Fault == storage.FaultDamaged || f.Fault == storage.FaultMissing
		lost = lost || f.Fault == storage.FaultLost
	}
	if damaged {
		fmt.Fprintln(w, "What is damaged or missing has to come from a backup (spaces restore), or to be written anew. All else can be read: copy it while it can.")
	}
	if lost {
		fmt.Fprintln(w, "Records of what was written last are missing. Restore a backup that has them; --repair lost keeps the bodies, without their names.")
	}
}

func scrubCommand(p process, o *options) *cobra.Command {
	var megabytes float64
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "scrub",
		Short: "Read every stored byte and compare it with its checksum, also while the server runs",
		Long: "scrub reads all bodies in the data directory, through the server that owns it or, while none runs, itself. It changes nothing, and names Space, key, version " +
			"and offset of what is damaged. The exit status is 1 when something is.",
		Example: "spaces scrub\nspaces scrub --rate 20",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if megabytes < 0 {
				return errors.New("--rate cannot be negative")
			}
			return scrub(cmd.Context(), p, *o, int64(megabytes*1e6), asJSON)
		},
	}
	cmd.Flags().Float64Var(&megabytes, "rate", 0, "megabytes a second to read at most (default: as fast as it goes)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func scrub(ctx context.Context, p process, o options, rate int64, asJSON bool) error {
	dir, err := existingDir(p, o)
	if err != nil {
		return err
	}
	progress := func(r storage.ScrubReport) {
		if p.terminal {
			fmt.Fprintf(p.stderr, "\r%d bodies, %d MB ", r.Bodies, r.Bytes/1e6)
		}
	}
	rep, err := dir.Scrub(ctx, rate, progress)
	if err != nil {
		return err
	}
	if asJSON {
		return errors.Join(printJSON(p.stdout, rep), faultsOf(rep.Findings))
	}
	printFindings(p.stdout, rep.Findings)
	advise(p.stdout, rep.Findings)
	fmt.Fprintf(p.stdout, "%d bodies of %d bytes were read; %s\n", rep.Bodies, rep.Bytes, verdict(rep.Findings))
	return faultsOf(rep.Findings)
}
