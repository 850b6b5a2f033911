import { NativeSelect } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type AudioDevices,
  chosenMicrophone,
  chosenSpeaker,
  listDevices,
} from '../../softphone/browser-audio.ts'
import { chooseMicrophone, chooseSpeaker } from '../../softphone/my-phone.ts'
import classes from './phone-switch.module.css'

/** Microphone and loudspeaker; a headset that is plugged in shows at once. */
export function DeviceChoice() {
  const { t } = useTranslation()
  const devices = useDevices()
  return (
    <div className={classes.devices}>
      <Device
        label={t('softphone.microphone')}
        devices={devices.microphones}
        chosen={chosenMicrophone()}
        onChoose={chooseMicrophone}
      />
      {devices.speakers.length === 0 ? null : (
        <Device
          label={t('softphone.speaker')}
          devices={devices.speakers}
          chosen={chosenSpeaker()}
          onChoose={chooseSpeaker}
        />
      )}
    </div>
  )
}

interface DeviceProps {
  readonly label: string
  readonly devices: readonly MediaDeviceInfo[]
  readonly chosen: string | undefined
  readonly onChoose: (deviceId: string | undefined) => void
}

function Device({ label, devices, chosen, onChoose }: DeviceProps) {
  const { t } = useTranslation()
  const [value, setValue] = useState(chosen ?? '')
  const known = devices.some(({ deviceId }) => deviceId === value)
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={known ? value : ''}
      onChange={(event) => {
        const { value: deviceId } = event.currentTarget
        setValue(deviceId)
        onChoose(deviceId === '' ? undefined : deviceId)
      }}
    >
      <option value="">{t('softphone.by_browser')}</option>
      {devices.map(({ deviceId, label: name }) => (
        <option key={deviceId} value={deviceId}>
          {name}
        </option>
      ))}
    </NativeSelect>
  )
}

function useDevices(): AudioDevices {
  const [devices, setDevices] = useState<AudioDevices>({ microphones: [], speakers: [] })
  useEffect(() => {
    const { mediaDevices } = navigator
    if (mediaDevices === undefined) return
    const read = () => void listDevices().then(setDevices, () => {})
    read()
    mediaDevices.addEventListener('devicechange', read)
    return () => mediaDevices.removeEventListener('devicechange', read)
  }, [])
  return devices
}
