package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"spaces/store/job"
)

func cpCommand(p process, o *options) *cobra.Command {
	var t transferOptions
	c := transferCommand(&cobra.Command{
		Use:   "cp SRC... DST",
		Short: "Copy files and folders: up, down, and from one Space or endpoint to another",
		Long: "cp copies from this machine to a Space, from a Space to this machine, and from a Space to another one, on any two endpoints: with headers, metadata, tags, permissions and storage class.\n\n" +
			placesHelp + namesHelp + conflictsHelp +
			"A transfer that was cut short is listed by spaces jobs, and in the panel. " + statusHelp,
		Example: "spaces cp report.pdf s3://media/2026/\nspaces cp -r photos s3://media/\nspaces cp 's3://media/2026-*/*.jpg' ./pictures/\nspaces cp -r do:media/images/ ceph:archive/images/\n" +
			"pg_dump app | spaces cp - s3://backups/app.sql\nspaces cp s3://backups/app.sql - | psql app",
		RunE: func(cmd *cobra.Command, args []string) error { return runCopy(cmd.Context(), p, *o, t, false, args) },
	}, o, &t, 2)
	t.addTransfer(c.Flags())
	c.Flags().BoolVar(&t.zip, "zip", false, "download each folder, or a whole Space, as one .zip: from spaces serve and the store of this machine")
	return c
}

func mvCommand(p process, o *options) *cobra.Command {
	var t transferOptions
	c := transferCommand(&cobra.Command{
		Use:   "mv SRC... DST",
		Short: "Move or rename files and folders: up, down, and from one Space or endpoint to another",
		Long: "mv gives files and folders another name, folder, Space or endpoint, or moves them between this machine and a Space. What is moved is looked at where it arrived before it goes where it was: " +
			"a folder of a Space when all of it has arrived, files of this machine one by one. What was written to meanwhile stays, and is told as failed. Links in directories stay. " +
			"Undo does not cover moves from and to this machine.\n\n" +
			placesHelp + namesHelp + conflictsHelp + statusHelp,
		Example: "spaces mv s3://media/a.jpg s3://media/b.jpg\nspaces mv -r s3://media/2025 s3://archive/\nspaces mv -r do:media/images/ ceph:archive/images/ --if-exists differs\n" +
			"spaces mv -r recordings s3://media/\nspaces mv s3://media/report.pdf .\n" +
			"spaces mv 's3://media/*.tmp' s3://media/old/ --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error { return runCopy(cmd.Context(), p, *o, t, true, args) },
	}, o, &t, 2)
	t.addTransfer(c.Flags())
	return c
}

// runCopy is cp, and with move mv.
func runCopy(ctx context.Context, p process, o options, t transferOptions, move bool, args []string) error {
	return withSession(ctx, p, o, func(ctx context.Context, s *session) error {
		var xs []operand
		for _, text := range args {
			x, err := s.operand(text)
			if err != nil {
				return misused(err)
			}
			xs = append(xs, x)
		}
		_, _ = s.start("") // names are told as arguments have them: what is wrong with it is told where it is used
		x := &transfer{session: s, p: p, options: t}
		return x.copy(ctx, xs[:len(xs)-1], xs[len(xs)-1], move)
	})
}

// copy finds out in which direction things go.
func (t *transfer) copy(ctx context.Context, xs []operand, dst operand, move bool) error {
	switch up := !xs[0].remote(); {
	case move && (xs[0].std || dst.std):
		return misused(errors.New("a stream can be copied, not moved: use cp"))
	case xs[0].std && dst.std, up && dst.local != "", xs[0].local != "" && dst.std:
		return misused(errors.New("neither is at an endpoint: write s3://SPACE/key or PROFILE:SPACE/key for what is"))
	case up:
		t.kind = job.Upload
	case !dst.remote():
		t.kind = job.Download
	case move:
		t.kind = job.Move
	default:
		t.kind = job.Copy
	}
	if t.options.zip {
		if t.kind != job.Download || dst.std {
			return misused(errors.New("--zip downloads folders to files: spaces cp --zip s3://SPACE/folder/ folder.zip"))
		}
		t.kind, t.options.recurse = job.Zip, true
	}
	spec, err := t.options.spec(t.kind)
	if err != nil {
		return misused(err)
	}
	t.move, spec.Away = move, move && t.kind != job.Move
	if t.kind == job.Upload {
		if err := t.uploadAccess(&spec, dst); err != nil {
			return err
		}
	}
	switch {
	case xs[0].std && len(xs) == 1:
		return t.fromStandard(ctx, spec, dst)
	case dst.std:
		return t.toStandard(ctx, xs)
	}
	spec.From = xs[0].conn
	if spec.Sources, err = t.sources(ctx, xs); err != nil {
		return err
	}
	switch t.kind {
	case job.Download:
		err = t.toLocal(&spec, xs, dst)
	case job.Zip:
		err = t.toZip(&spec, xs, dst)
	default:
		err = t.toRemote(&spec, xs, dst)
	}
	if err != nil {
		return misused(err)
	}
	return t.do(ctx, spec)
}

// uploadAccess has uploads as the connection says, where no flag does.
func (t *transfer) uploadAccess(spec *job.Spec, dst operand) error {
	if spec.Access != "" {
		return nil
	}
	st, err := t.Get(dst.conn)
	if err == nil {
		spec.Access = st.UploadAccess()
	}
	return err
}
