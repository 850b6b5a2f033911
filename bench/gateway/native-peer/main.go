// A native peer to compare with: diago (sipgo) answers, echoes what it hears and records both sides to a stereo WAV.
// It has no media socket and detects no voice.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"
	"github.com/emiago/sipgo"
)

var calls atomic.Int64

func main() {
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	folder := os.Args[2]
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	ua, err := sipgo.NewUA()
	if err != nil {
		panic(err)
	}
	server := diago.NewDiago(ua, diago.WithTransport(diago.Transport{
		Transport: "udp",
		BindHost:  "127.0.0.1",
		BindPort:  port,
	}))
	err = server.Serve(ctx, func(dialog *diago.DialogServerSession) {
		if err := serve(dialog, folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(dialog *diago.DialogServerSession, folder string) error {
	if err := dialog.Trying(); err != nil {
		return err
	}
	answered, err := dialog.Answer(diago.AnswerOptions{})
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, fmt.Sprintf("native-%d.wav", calls.Add(1))))
	if err != nil {
		return err
	}
	defer file.Close()
	recording, err := answered.AudioStereoRecordingCreate(file)
	if err != nil {
		return err
	}
	defer recording.Close()
	_, err = media.Copy(recording.AudioReader(), recording.AudioWriter())
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
